"""Kinds of faults that lists of people and units really have, several inputs of each."""

import io

import openpyxl
import pytest

from governance.people.imports import PersonImporter
from governance.people.models import Person
from governance.units.imports import UnitImporter
from governance.units.models import Unit

pytestmark = pytest.mark.django_db


def workbook(*sheets, merged=()) -> bytes:
    """(name, state, rows) of each; `merged` ranges in the last."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, state, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = state
    for place in merged:
        sheet.merge_cells(place)
    book.save(file)
    return file.getvalue()


@pytest.fixture
def people(body, now):
    def run(content, **options):
        name = "folk.csv" if isinstance(content, str) else "folk.xlsx"
        data = content.encode() if isinstance(content, str) else content
        return PersonImporter(now=now, keep_going=True, **options).run(data, name)

    return run


def emails():
    return set(Person.objects.values_list("email", flat=True))


@pytest.mark.parametrize(
    "error", ["#N/A", "#I/T", "#REF!", "#VERDI!", "#VÆRDI!", "#NAVN?", "#DIV/0!", "#####", "#SPILL!"]
)
@pytest.mark.parametrize("column", ["email", "name", "unit"])
def test_an_error_cell_is_an_error(people, error, column):
    row = {"email": "ny@fjordvik.example", "name": "Ny", "unit": "nordvik"} | {column: error}
    for content in (
        workbook(("Ark1", "visible", [list(row), list(row.values())])),
        ";".join(row) + "\n" + ";".join(row.values()) + "\n",
    ):
        [rejected] = people(content).rejected
        assert (rejected.field, "shows the error" in rejected.reason) == (column, True)
    assert not Person.objects.exists()


@pytest.mark.parametrize("hidden", [("hidden",), ("veryHidden",), ("hidden", "veryHidden")])
def test_what_is_hidden_is_never_read_in_silence(people, hidden):
    old = [["E-post", "Navn"], ["gammel@fjordvik.example", "Gammel"]]
    new = [["E-post", "Navn"], ["ny@fjordvik.example", "Ny"]]
    sheets = [(f"Gammel{place}", state, old) for place, state in enumerate(hidden)]
    report = people(workbook(*sheets, ("Data", "visible", new)))
    assert emails() == {"ny@fjordvik.example"}
    assert (report.sheet, report.other_sheets) == ("Data", [name for name, _state, _rows in sheets])
    people(workbook(*sheets, ("Data", "visible", new)), sheet="gammel0")
    assert emails() == {"ny@fjordvik.example", "gammel@fjordvik.example"}


@pytest.mark.parametrize(
    "written",
    [
        "Kari.N@Fjordvik.Example",
        "kari.n\u200b@fjordvik.example",
        "kari.n@fjordvik.example\u00a0",
        "\ufeffkari.n@fjordvik.example",
        "mailto:kari.n@fjordvik.example",
        "Kari N <kari.n@fjordvik.example>",
        "kari.n@fjordvik.example.",
        "kari.n@fjord\u00advik.example",
        "\u202akari.n@fjordvik.example\u202c",
        "ｋari.n@fjordvik.example",
    ],
)
def test_nobody_exists_twice(people, written):
    assert people("email;name\nkari.n@fjordvik.example;Kari N\n").counts["accepted"] == 1
    report = people(f"email;name\n{written};Kari N\n")
    assert report.counts == {"accepted": 0, "changed": 0, "unchanged": 1, "rejected": 0}
    assert emails() == {"kari.n@fjordvik.example"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("post@blåbær.example", "post@xn--blbr-roah.example"),
        ("POST@BLÅBÆR.example", "post@blåbær.example"),
        ("post@Bla\u030abær.example", "post@blåbær.example"),
    ],
)
def test_domains_have_one_form(people, one, other):
    assert people(f"email;name\n{one};Post\n").counts["accepted"] == 1
    assert people(f"email;name\n{other};Post\n").counts["unchanged"] == 1


@pytest.mark.parametrize(
    "wrong", ["kari", "kari@", "@fjordvik.example", "kari n@fjordvik.example", "a@b@c.example", "kari@fjordvik"]
)
def test_what_is_no_address_is_rejected(people, wrong):
    [rejected] = people(f"email;name\n{wrong};Kari\n").rejected
    assert rejected.field == "email"


@pytest.mark.parametrize("role", ["Rektor@nordvik", "rektor @ Nordvik vgs", "principal@nordvik", "PRINCIPAL@NORDVIK"])
def test_roles_in_words(people, role):
    assert people(f"E-post;Navn;Roller\nny@fjordvik.example;Ny;{role}\n").rejected == []
    assert Person.objects.get().grants.get().role == "principal"


def test_one_unit_merged_beside_all_its_people(people):
    rows = [["Enhet", "Navn", "E-post"], ["Nordvik vgs", "A", "a@f.example"], [None, "B", "b@f.example"]]
    rows += [[None, "C", "c@f.example"], ["Kulturhuset", "D", "d@f.example"], [None, "E", "e@f.example"]]
    people(workbook(("Ark1", "visible", rows), merged=["A2:A4"]))
    units = dict(Person.objects.values_list("name", "unit__code"))
    assert units == {"A": "nordvik", "B": "nordvik", "C": "nordvik", "D": "culture", "E": None}


@pytest.mark.parametrize(
    "above",
    [
        [["Ansatte ved Nordvik"]],
        [["Ansatte ved Nordvik"], [], ["Oppdatert 1. november"]],
        [["Ansatte ved Nordvik", None, None, None, "Oppdatert 1.11."]],
    ],
)
def test_headings_below_a_title(people, above):
    rows = [["Navn", "E-post", "Enhet", "Telefon", "Rom"], ["Ny", "ny@fjordvik.example", "Nordvik vgs", "1", "2"]]
    report = people(workbook(("Ark1", "visible", [*above, *rows])))
    assert report.rejected == []
    assert Person.objects.get().unit.code == "nordvik"
    assert report.ignored_columns == ["telefon", "rom"]


@pytest.mark.parametrize(
    "total", [["Sum", None, 14], ["Totalt:", 14], ["I alt 14"], ["Antall", None, "=COUNTA(C2:C3)"]]
)
def test_a_row_of_totals_is_left_out(people, total):
    rows = [["Navn", "E-post", "Timer"], ["Ny", "ny@fjordvik.example", 7], total]
    report = people(workbook(("Ark1", "visible", rows)))
    assert [result.reason for result in report.results] == ["", "A row of totals; left out."]


def test_the_units_of_a_rejected_row_are_all_asked_for(people):
    report = people("email;name;unit;roles\na@f.example;A;Nordvik skole;principal@Bortevik\n")
    assert [(name.what, name.text) for name in report.unmatched] == [("unit", "Nordvik skole"), ("unit", "Bortevik")]


@pytest.mark.parametrize("kind", ["Skole", "skule", "school", "Videregående", "SCHOOL ", "Skóle"])
def test_kinds_of_units_in_words(body, now, kind):
    report = UnitImporter(now=now, keep_going=True).run(f"Kode;Navn;Type\nny;Ny;{kind}\n".encode(), "a.csv")
    if kind == "Skóle":
        assert "Central administration, Department" in report.rejected[0].reason
    else:
        assert Unit.objects.get(code="ny").kind == "school"
