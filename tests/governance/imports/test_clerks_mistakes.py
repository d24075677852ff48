"""What goes wrong at a clerk's desk: wrong files, tables as people lay them out, two tabs, going back, logging out.

Each gives a clear message and loses nothing; none is an error of the server.
"""

import io
import tracemalloc
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl.utils import get_column_letter

from accounts.register.models import OfficialAccount
from governance.imports.forms import MAX_UPLOAD
from governance.imports.models import ImportFile
from governance.imports.sheets import sheet_cells
from governance.units.models import Unit
from tests.governance.imports.test_pages import columns, here, upload

pytestmark = pytest.mark.django_db

UNITS = "Kode;Navn;Type\nny;Ny enhet;enhet\n"


def excel(*rows, merged=()) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for place in merged:
        book.active.merge_cells(place)
    book.save(file)
    return file.getvalue()


def zipped(*names) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 50)
    return file.getvalue()


# A locked Excel file is no zip but an old container with the locked one in it.
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600


@pytest.fixture
def clerk(login, cast):
    return login(cast.admin)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "liste.csv", "empty"),
        (b" \n\n", "liste.csv", "empty"),
        (b"Kode;Navn;Type\n", "liste.csv", "no rows"),
        (excel(["Kode", "Navn", "Type"]), "liste.xlsx", "no rows"),
        (excel([]), "liste.xlsx", "no rows"),
        (b"x" * (MAX_UPLOAD + 1), "liste.csv", "larger than 5 MB"),
        (LOCKED, "liste.xlsx", "protected by a password"),
        (LOCKED[:100], "liste.xls", "old Excel file"),
        (UNITS.encode(), "liste.xlsx", "called .xlsx but is no Excel file"),
        (excel(["a"], ["b"])[:300], "liste.xlsx", "not a whole Excel file"),
        (zipped("word/document.xml"), "liste.docx", "not an Excel file"),
        (zipped("content.xml", "mimetype"), "liste.ods", "not an Excel file"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "liste.pdf", "document or a picture"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "skjermbilde.png", "document or a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "bilde.csv", "document or a picture"),
        (b"<!DOCTYPE html>\n<html><table><tr><td>Kode", "liste.xls", "document or a picture"),
        (b"  <html><body>Logg inn</body></html>", "liste.csv", "document or a picture"),
        (b"Navn;Kode;Navn\na;b;c\n", "liste.csv", "stands twice"),
        (excel(["Navn", "navn ", "Kode"], ["a", "b", "c"]), "liste.xlsx", "stands twice"),
    ],
)
def test_a_wrong_file_says_what_to_do(clerk, data, name, said):
    page = clerk.post(reverse("import_upload", args=["units"]), {"file": SimpleUploadedFile(name, data)})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not ImportFile.objects.exists()


def test_a_wrong_file_after_a_good_one_loses_nothing(clerk):
    page = upload(clerk, UNITS)
    assert upload(clerk, LOCKED).status_code == 422
    clerk.post(here(page), {"confirm": ""})
    assert Unit.objects.filter(code="ny").exists()


def test_formulas_without_a_value_are_named_row_by_row(clerk):
    page = upload(clerk, excel(["Kode", "Navn", "Type"], ["a", '=B2&"x"', "enhet"], ["b", "B", "enhet"]), name="u.xlsx")
    report = page.context["report"]
    assert [(row.row, row.field) for row in report.rejected] == [(2, "name")]
    assert "is a formula" in report.rejected[0].reason
    assert report.counts["accepted"] == 1


def test_a_table_as_people_lay_it_out(clerk):
    """A merged title, headings in the third row, one kind merged beside its units, a row of totals."""
    rows = [["Enheter i fylket", None, None], [], ["Type", "Navn", "Kode"]]
    rows += [["Skole", "Vest", "vest"], [None, "Øst", "ost"], ["Enhet", "Museet", "museet"], ["Sum", None, 3]]
    page = upload(clerk, excel(*rows, merged=["A1:C1", "A4:A5"]), name="enheter.xlsx")
    report = page.context["report"]
    assert report.rejected == []
    clerk.post(here(page), {"confirm": ""})
    kinds = dict(Unit.objects.filter(code__in=("vest", "ost", "museet")).values_list("code", "kind"))
    assert kinds == {"vest": "school", "ost": "school", "museet": "unit"}


def test_a_column_that_must_be_there_is_asked_for_in_words(clerk):
    page = upload(clerk, "Kode;Hva;Type\nny;Ny enhet;enhet\n")
    assert "Say which columns are: Name." in page.content.decode()
    again = clerk.post(here(page), columns(page))
    assert again.status_code == 422
    assert "Say which columns are: Name." in again.content.decode()
    page = clerk.post(here(page), columns(page, hva="name"), follow=True)
    assert page.context["report"].counts["accepted"] == 1


def test_the_report_speaks_of_columns_in_words(clerk):
    page = upload(clerk, "Kode;Navn;Type;Hører til\nny;Ny;enhet;Ingensteds\n")
    assert [field for _row, field in page.context["shown"]] == ["Belongs to"]
    report = clerk.get(reverse("import_report", args=["units", page.context["file"].pk]))
    assert "Belongs to" in b"".join(report.streaming_content).decode()


def test_two_tabs_with_the_same_file(clerk):
    page = upload(clerk, UNITS)
    clerk.post(here(page), {"confirm": ""})
    second = clerk.post(here(page), {"confirm": ""}, follow=True)
    assert "imported already" in second.content.decode()
    assert Unit.objects.filter(code="ny").count() == 1


def test_a_tab_that_was_left_open_leads_to_the_file_chosen_since(clerk):
    old = here(upload(clerk, UNITS))
    new = here(upload(clerk, UNITS.replace("ny;", "annen;")))
    assert old != new
    for answer in (clerk.get(old, follow=True), clerk.post(old, {"confirm": ""}, follow=True)):
        assert here(answer) == new
        assert "another file since" in answer.content.decode()
    assert not Unit.objects.filter(code__in=("ny", "annen")).exists()


def test_back_to_the_columns_after_it_was_imported(clerk):
    page = upload(clerk, UNITS)
    told = columns(page)
    clerk.post(here(page), {"confirm": ""})
    for answer in (told, {"choose_sheet": "", "sheet": "x"}, {"confirm": "", "keep_going": "on"}):
        again = clerk.post(here(page), answer, follow=True)
        assert again.status_code == 200
        assert "imported already" in again.content.decode()


@pytest.mark.parametrize("step", [{"confirm": ""}, {"try": ""}])
def test_logged_out_between_two_steps(login, cast, step):
    client = login(cast.section)
    page = upload(client, "platform,handle,unit\nfacebook,a,culture\n", "accounts")
    client.logout()
    answer = client.post(here(page), step)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert here(page) in answer["Location"]
    client.force_login(cast.section)
    page = client.get(here(page))
    assert page.context["report"].counts["accepted"] == 1
    client.post(here(page), {"confirm": ""})
    assert OfficialAccount.objects.get().handle == "a"


def test_strange_answers_of_a_browser(clerk):
    page = upload(clerk, UNITS)
    for strange in (
        {},
        {"try": "", "column_0": "passwords"},
        {"choose_sheet": ""},
        {"match_0": "x"},
        {"confirm": ["", ""]},
    ):
        assert clerk.post(here(page), strange).status_code in (302, 422)


def test_a_column_that_names_its_platform_in_the_files_own_way(login, cast):
    client = login(cast.section)
    page = upload(client, '[{"social": {"twitter": "a", "youtube_id": "UC1"}}]', "accounts", "liste.json")
    assert "YouTube: the account’s id" in page.content.decode()
    page = client.post(here(page), columns(page) | {"unit": "culture"}, follow=True)
    assert page.context["report"].counts["accepted"] == 2


def test_many_cells_merged_over_many_rows_take_no_memory():
    """A column merged from top to bottom is some bytes of the file."""
    letters = map(get_column_letter, range(1, 21))
    ranges = "".join(f'<mergeCell ref="{letter}2:{letter}90000"/>' for letter in letters)
    whole, made = io.BytesIO(excel(["Kode", "Navn"], ["ny", "Ny enhet"], [None, "Annen"])), io.BytesIO()
    with zipfile.ZipFile(whole) as book, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in book.namelist():
            text = book.read(name)
            copy.writestr(
                name, text.replace(b"</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>".encode())
            )
    tracemalloc.start()
    try:
        found = list(sheet_cells(made.getvalue()))
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == [(1, ["Kode", "Navn"]), (2, ["ny", "Ny enhet"]), (3, ["ny", "Ny enhet"])]
    assert most < 20_000_000
