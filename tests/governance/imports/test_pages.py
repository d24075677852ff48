"""The import pages: who may, sheets, columns, names, trial run, for good; short lists at once, long ones by a job."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import sweeps
from accounts.inbox.models import Post
from accounts.register.models import OfficialAccount
from governance.access import Role
from governance.audit.models import AuditEvent
from governance.imports import events as imports_events
from governance.imports import jobs
from governance.imports.models import KEPT_REPORT, KEPT_UNWRITTEN, MOST_ATTEMPTS, ImportFile
from governance.people.models import Person
from governance.platforms.models import Platform
from governance.units.models import Unit
from tests import factories

pytestmark = pytest.mark.django_db

GOOD = "code,name,kind,parent\nklubb2,Filmklubben,club,nordvik\n"


@pytest.fixture
def admin(login, cast):
    return login(cast.admin)


def upload(client, text, kind="units", name=""):
    data = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile(name or f"{kind}.csv", data)
    return client.post(reverse("import_upload", args=[kind]), {"file": file}, follow=True)


def here(page):
    return page.request["PATH_INFO"]


def columns(page, **chosen):
    """What the page's form says, with some columns mapped otherwise."""
    form = page.context["form"]
    names = {column: f"column_{place}" for place, (column, _samples) in enumerate(form.file.columns)}
    told = {name: form[name].value() or "" for name in names.values()}
    return told | {names[column]: target for column, target in chosen.items()} | {"try": ""}


def workbook(*sheets) -> bytes:
    """(name, state, rows) of each."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, state, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = state
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# --- who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("admin", "units people accounts posts"),
        ("section", "accounts posts"),
        ("chief", "accounts posts"),
        ("employee", ""),
        ("principal", ""),
        ("leader", ""),
        ("archivist", ""),
        ("moderator", ""),
    ],
)
def test_the_register_belongs_to_the_section_the_rest_to_administrators(login, cast, who, kinds):
    client = login(getattr(cast, who))
    for kind in ("units", "people", "accounts", "posts"):
        url = reverse("import_upload", args=[kind])
        expected = 200 if kind in kinds.split() else 403
        assert client.get(url).status_code == expected
        if expected == 403:
            assert upload(client, GOOD, kind).status_code == 403
    assert not ImportFile.objects.exclude(person=getattr(cast, who)).exists()


def test_a_role_at_one_unit_is_not_enough(login, body):
    person = factories.person()
    for role in (Role.INFORMATION_SECTION, Role.ADMINISTRATOR):
        factories.grant(person, role, body.nordvik)
    for kind in ("units", "accounts"):
        assert login(person).get(reverse("import_upload", args=[kind])).status_code == 403


def test_nobody_sees_the_file_of_somebody_else(login, cast, admin):
    page = upload(admin, "platform,handle\nfacebook,one\n", "accounts")
    other = login(cast.section)
    for name in ("import_step", "import_progress", "import_report"):
        pk = ImportFile.objects.get().pk
        assert other.get(reverse(name, args=["accounts", pk])).status_code == 404
        assert other.get(reverse(name, args=["units", pk])).status_code == 403
    assert other.post(here(page), {"confirm": ""}).status_code == 404


def test_who_has_lost_the_right_meanwhile_writes_nothing(login, cast, admin):
    page = upload(admin, GOOD)
    file = ImportFile.objects.get()
    file.move(ImportFile.State.TO_WRITE, now=timezone.now(), since=[ImportFile.State.TRIED])
    cast.admin.grants.all().delete()
    jobs.work(timezone.now())
    assert not Unit.objects.filter(code="klubb2").exists()
    assert admin.get(here(page)).status_code == 403


# --- one file -----------------------------------------------------------------------------------------------


def test_first_a_trial_run_then_for_good_once(admin, cast):
    url = reverse("import_upload", args=["units"])
    assert "Code, Name, Kind, Belongs to" in admin.get(url).content.decode()
    page = upload(admin, GOOD)
    assert "Trial run of units.csv" in page.content.decode()
    assert not Unit.objects.filter(code="klubb2").exists()
    assert "Go on with it" in admin.get(url).content.decode()
    written = admin.post(here(page), {"confirm": ""}, follow=True)
    assert "The rows were imported" in written.content.decode()
    assert Unit.objects.get(code="klubb2").parent.code == "nordvik"
    assert bytes(ImportFile.objects.get().sealed) == b""  # the file itself is gone
    again = admin.post(here(page), {"confirm": ""}, follow=True).content.decode()
    assert "imported already" in again
    assert AuditEvent.objects.get(event=imports_events.IMPORTED).actor_id == cast.admin.pk


def test_rejected_rows_are_left_out_only_when_asked(admin):
    page = upload(admin, GOOD + "bad,Bad,castle,nordvik\n")
    assert "castle" in page.content.decode()
    admin.post(here(page), {"confirm": ""})
    assert not Unit.objects.filter(code="klubb2").exists()
    admin.post(here(page), {"confirm": "", "keep_going": "on"})
    assert Unit.objects.filter(code="klubb2").exists()


def test_a_file_tried_as_units_is_not_written_as_people(admin):
    page = upload(admin, GOOD)
    assert admin.post(here(page).replace("units", "people"), {"confirm": ""}).status_code == 404
    assert not Unit.objects.filter(code="klubb2").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty"), ('code,name,kind\na,"Nord', "quotation mark"), ("x" * (5 * 1024 * 1024 + 1), "larger than 5 MB")],
)
def test_files_that_cannot_be_read(admin, text, said):
    page = upload(admin, text)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert admin.post(reverse("import_upload", args=["units"]), {}).status_code == 422


def test_nobody_grants_themselves_a_role_through_a_file(admin):
    text = "email,name,roles\nadmin@fjordvik.example,Ada Admin,information_chief@central\n"
    assert "Nobody grants roles to themselves" in upload(admin, text, "people").content.decode()


def test_people_by_file(admin):
    page = upload(admin, "email;name;unit\nny@fjordvik.example;Ny;nordvik\n", "people")
    admin.post(here(page), {"confirm": ""})
    assert Person.objects.filter(email="ny@fjordvik.example").exists()


def test_posts_by_file(admin, account):
    text = f"Konto;Innleggs-ID;Tekst;Dato\n{account.handle};77;=) takk;20.11.2025 kl. 09.00\n"
    page = upload(admin, text, "posts")
    admin.post(here(page), {"confirm": ""})
    assert Post.objects.get().text == "=) takk"


# --- columns, sheets and names ------------------------------------------------------------------------------


STRANGE = "Hvor;Hva heter den;Hvem eier;Merknad\nhttps://www.facebook.com/fjordvikbad;Badet;Kulturhuset;x\n"


def test_columns_are_mapped_by_hand_once_and_remembered(login, cast):
    client = login(cast.section)
    page = upload(client, STRANGE, "accounts")
    assert page.context["report"] is None  # nothing is tried before the columns are clear
    assert "https://www.facebook.com/fjordvikbad" in page.content.decode()
    twice = client.post(here(page), columns(page, hvor="url", hva_heter_den="url"))
    assert twice.status_code == 422
    chosen = columns(page, hvor="url", hva_heter_den="name", hvem_eier="unit")
    page = client.post(here(page), chosen, follow=True)
    assert page.context["report"].counts["accepted"] == 1
    client.post(here(page), {"confirm": ""})
    account = OfficialAccount.objects.get()
    assert (account.name, account.unit.code) == ("Badet", "culture")
    again = upload(client, STRANGE, "accounts")
    assert again.context["report"].counts["unchanged"] == 1


def test_a_person_chooses_the_sheet_and_sees_which_are_hidden(admin):
    head = ["code", "name", "kind"]
    data = workbook(
        ("Gammel", "hidden", [head, ["g", "Gammel", "unit"]]),
        ("Data", "visible", [head, ["d", "Data", "unit"]]),
        ("Mer", "visible", [head, ["m", "Mer", "unit"]]),
    )
    page = upload(admin, data, name="units.xlsx")
    assert "Gammel (hidden in the file)" in page.content.decode()
    assert (page.context["file"].sheet, page.context["report"]) == ("Data", None)
    page = admin.post(here(page), {"choose_sheet": "", "sheet": "Mer"}, follow=True)
    page = admin.post(here(page), columns(page), follow=True)
    admin.post(here(page), {"confirm": ""})
    assert list(Unit.objects.filter(code__in="gdm").values_list("code", flat=True)) == ["m"]
    assert admin.post(here(page), {"choose_sheet": "", "sheet": "Ingen"}).status_code in (302, 422)


def test_names_are_matched_once_for_the_whole_file(login, cast, facebook):
    client = login(cast.section)
    rows = "".join(f"facebook,side{n},Nordvik skole,Mona M.\n" for n in range(5))
    page = upload(client, "platform,handle,unit,moderators\n" + rows, "accounts")
    names = [(name.what, name.text, name.rows) for name in page.context["form"].unmatched]
    assert names == [("unit", "Nordvik skole", 5), ("person", "Mona M.", 5)]
    meant = {"match_0": "Nordvik vgs", "match_1": "moderator@fjordvik.example"}
    page = client.post(here(page), columns(page) | meant, follow=True)
    assert page.context["report"].counts["accepted"] == 5
    assert not page.context["form"].unmatched
    client.post(here(page), {"confirm": ""})
    assert OfficialAccount.objects.filter(unit__code="nordvik", assignments__person=cast.moderator).count() == 5


def test_a_platform_nobody_knows_can_be_added_or_matched(login, cast, facebook):
    client = login(cast.section)
    page = upload(client, "platform,handle,unit\nNettby,fjordvik,culture\n", "accounts")
    assert reverse("platform_new") in page.content.decode()
    Platform.objects.create(code="nettby", name="Nettby")
    page = client.post(here(page), columns(page), follow=True)
    assert page.context["report"].counts["accepted"] == 1


def test_a_list_of_removed_accounts_is_retired_as_a_whole(login, cast, facebook):
    client = login(cast.section)
    page = upload(client, "platform,handle\nfacebook,a\nfacebook,b\n", "accounts")
    page = client.post(here(page), columns(page) | {"unit": "culture", "retired": "on"}, follow=True)
    client.post(here(page), {"confirm": ""})
    assert set(OfficialAccount.objects.values_list("state", "unit__code")) == {("retired", "culture")}


# --- long lists ---------------------------------------------------------------------------------------------


@pytest.fixture
def long(monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 0)


def test_a_long_list_is_left_to_the_job_and_shows_how_far_it_has_come(admin, long):
    page = upload(admin, GOOD)
    file = ImportFile.objects.get()
    assert file.state == "to_try"
    assert "waits for its turn" in page.content.decode()
    progress = admin.get(reverse("import_progress", args=["units", file.pk]))
    assert "HX-Refresh" not in progress
    assert sweeps.run("imports", timezone.now()) == {"run": 1, "forgotten": 0}
    progress = admin.get(reverse("import_progress", args=["units", file.pk]))
    assert progress["HX-Refresh"] == "true"
    admin.post(here(page), {"confirm": ""})
    assert sweeps.run("imports", timezone.now())["run"] == 1
    assert sweeps.run("imports", timezone.now())["run"] == 0  # once more is harmless
    assert Unit.objects.filter(code="klubb2").count() == 1
    assert not jobs.run(file.pk, timezone.now())


def test_killed_half_way_nothing_is_lost_and_the_next_run_does_it(admin, long, monkeypatch):
    upload(admin, GOOD)
    jobs.work(timezone.now())
    ImportFile.objects.get().move(ImportFile.State.TO_WRITE, now=timezone.now(), since=["tried"])

    def killed(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("governance.imports.importer.Importer._record", killed)
        with pytest.raises(SystemExit):
            jobs.work(timezone.now())
    assert not Unit.objects.filter(code="klubb2").exists()
    jobs.work(timezone.now())
    assert Unit.objects.filter(code="klubb2").exists()


def test_what_breaks_comes_back_with_words_and_what_kills_is_not_tried_for_ever(admin, long, monkeypatch):
    page = upload(admin, GOOD)
    with monkeypatch.context() as patch:
        patch.setattr("governance.units.imports.UnitImporter.handle_rows", lambda *_args: 1 / 0)
        jobs.work(timezone.now())
    assert "could not be read to its end" in admin.get(here(page)).content.decode()
    ImportFile.objects.update(state="to_try", attempts=MOST_ATTEMPTS)
    assert jobs.work(timezone.now())["run"] == 0
    assert ImportFile.objects.get().state == "choosing"


def test_files_and_reports_are_forgotten(admin):
    upload(admin, GOOD)
    now = timezone.now()
    assert ImportFile.forget(now + KEPT_UNWRITTEN / 2) == 0
    assert ImportFile.forget(now + KEPT_UNWRITTEN * 2) == 1
    page = upload(admin, GOOD)
    admin.post(here(page), {"confirm": ""})
    assert ImportFile.forget(now + KEPT_REPORT / 2) == 0
    assert ImportFile.forget(now + KEPT_REPORT * 2) == 1


def test_the_page_shows_some_rows_the_download_all_of_them(admin):
    rows = "".join(f"u{n},Unit {n},castle\n" for n in range(150)) + "".join(f"g{n},=G{n},unit\n" for n in range(100))
    text = "code,name,kind\n" + rows
    file = ImportFile.begin(
        "units",
        name="a.csv",
        data=text.encode(),
        rows=250,
        by=Person.objects.get(email="admin@fjordvik.example"),
        now=timezone.now(),
        columns=[["code", []], ["name", []], ["kind", []]],
        mapping={"code": "code", "name": "name", "kind": "kind"},
        state=ImportFile.State.TO_TRY,
    )
    jobs.work(timezone.now())
    page = admin.get(reverse("import_step", args=["units", file.pk]))
    assert (len(page.context["shown"]), page.context["more"]) == (200, 50)
    lines = b"".join(admin.get(reverse("import_report", args=["units", file.pk])).streaming_content).decode()
    assert len(lines.splitlines()) == 251


def test_putting_it_away(admin):
    page = upload(admin, GOOD)
    admin.post(here(page), {"put_away": ""})
    assert not ImportFile.objects.exists()
    assert admin.get(here(page)).status_code == 404


def test_there_is_no_import_of_just_anything(admin):
    assert admin.get(reverse("import_upload", args=["passwords"])).status_code == 404
