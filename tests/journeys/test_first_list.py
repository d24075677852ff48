"""A clerk gets the first list in, in Chromium: an Excel file with headings nobody foresaw becomes the register.

The sheet in sight is read, not the hidden one; columns and names are matched by hand, once; the trial run is looked
at; the rows are imported, and the register shows them. The same file again changes nothing. Every page on the way is
checked by axe.
"""

import openpyxl
import pytest

from accounts.moderators.models import Assignment
from accounts.register.models import OfficialAccount
from governance.audit.models import AuditEvent
from tests.journeys.walking import LOOKS, Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADINGS = ["Hvor er kontoen", "Hva heter den", "Lenke(r) til profilen", "Hvem eier den?", "Hvem passer på?", "Merknad"]
ROWS = [
    [
        "Facebook",
        "Badet",
        "https://www.facebook.com/fjordvikbad\nhttps://www.facebook.com/fjordvikbasseng",
        "Kulturhuset ",
        "Mona Moderator",
        "sjekk",
    ],
    ["Insta", "Elevene", "https://www.instagram.com/nordvik.elever/", "Nordvik skole", "Mona M.", None],
    ["YouTube", "Nordvik på skjerm", "https://www.youtube.com/@nordvikskjerm", "Nordvik skole", "Mona M.", "ny i år"],
    ["X", "Fylket", "https://x.com/", "central", None, "finnes den?"],
    ["Sum", None, None, None, None, 4],
]


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    old = book.active
    old.title, old.sheet_state = "Gammel liste", "hidden"
    old.append(["Plattform", "Navn", "Lenke"])
    old.append(["Facebook", "Nedlagt", "https://www.facebook.com/nedlagt"])
    sheet = book.create_sheet("Kontoer 2026")
    sheet.append(["Oversikt over våre sosiale medier"])
    sheet.append([])
    for row in [HEADINGS, *ROWS]:
        sheet.append(row)
    path = tmp_path / "sosiale medier.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(("language", "browser"), LOOKS)
def test_a_clerk(language, browser, visit, cast, body, workbook):
    clerk = Walk(visit, language, browser).as_(cast.section)
    clerk.go("/accounts/")
    clerk.follow("/settings/import/accounts/")

    _uploads(clerk, workbook)
    _chooses_the_sheet(clerk)
    _says_what_the_columns_are(clerk)
    _says_what_the_names_mean(clerk)
    assert _counts(clerk) == [4, 0, 1, 1]
    assert not OfficialAccount.objects.exists()
    _imports(clerk)

    accounts = {account.handle: account for account in OfficialAccount.objects.all()}
    assert set(accounts) == {"fjordvikbad", "fjordvikbasseng", "nordvik.elever", "nordvikskjerm"}
    assert {account.unit.code for account in accounts.values()} == {"culture", "nordvik"}
    assert Assignment.objects.filter(person=cast.moderator).count() == 4
    clerk.click('section[aria-labelledby="report"] a[href="/accounts/"]')
    assert clerk.main(f'a[href="{accounts["nordvikskjerm"].get_absolute_url()}"]').count()

    trail = AuditEvent.objects.count()
    clerk.go("/settings/import/accounts/")
    _uploads(clerk, workbook)
    _chooses_the_sheet(clerk)
    # What was said of the columns is remembered; nothing is left to import.
    assert clerk.main("[name=column_1]").input_value() == "name"
    _tries(clerk)
    _says_what_the_names_mean(clerk)
    assert _counts(clerk) == [0, 0, 5, 1]
    assert clerk.main("[name=confirm]").count() == 0
    assert AuditEvent.objects.count() == trail


def _uploads(clerk, path):
    clerk.main("[name=file]").set_input_files(path)
    clerk.click("form [type=submit]")


def _chooses_the_sheet(clerk):
    assert clerk.main('[name=sheet][value="Kontoer 2026"]').is_checked()
    clerk.click("[name=choose_sheet]")


def _says_what_the_columns_are(clerk):
    for place, column in enumerate(["platform", "name", "url", "unit", "moderators", ""]):
        clerk.main(f"[name=column_{place}]").select_option(column)
    _tries(clerk)


def _says_what_the_names_mean(clerk):
    for text, meant in {"Nordvik skole": "Nordvik vgs", "Mona M.": "moderator@fjordvik.example"}.items():
        clerk.main(".ds-field").filter(has_text=f"{text}").locator("[name^=match_]").fill(meant)
    _tries(clerk)
    assert clerk.main("[name^=match_]").count() == 0


def _tries(clerk):
    clerk.click("[name=try]")


def _imports(clerk):
    clerk.click("[name=confirm]")
    assert _counts(clerk) == [4, 0, 1, 1]


def _counts(clerk) -> list[int]:
    """Accepted, changed, unchanged, rejected."""
    shown = clerk.main('section[aria-labelledby="report"] dd').all_inner_texts()
    return [int(text) for text in shown[:4]]
