"""Lists as they come: headings, dates, placeholders, error cells, rounded ids, invisible letters, names of units."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from governance.imports.headings import parse_mapping, parse_matches
from governance.imports.importer import Importer
from governance.imports.report import Outcome
from governance.imports.rows import FileError, RowError, is_error_cell, is_placeholder, parse_date, parse_moment, tidy
from governance.people.emails import normal_email
from governance.people.forms import PersonForm
from governance.people.imports import PersonImporter
from governance.people.models import Person
from governance.units.imports import UnitImporter
from governance.units.models import Unit

pytestmark = pytest.mark.django_db


def people(text, now, name="people.csv", **options):
    data = text if isinstance(text, bytes) else text.encode()
    return PersonImporter(now=now, **options).run(data, name)


def units(text, now, **options):
    return UnitImporter(now=now, **options).run(text.encode(), "units.csv")


def xlsx(*rows, formats=None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# --- headings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headings",
    [
        "E-post;Navn;Enhet;Roller;Språk",
        "Epostadresse *;Namn;Eining;Rolle;Målform",
        "Mail;Fulde navn;Afdeling;Rolle;Sprog",
        "E-mail;Full name;Department;Roles;Language",
        "E‑post:;NAVN;Arbeidssted;Roller;språk",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_norwegian_danish_and_english_headings(body, now, headings, encoding):
    text = f"{headings}\nåse@fjordvik.example;Åse Ødegård;Kulturhuset;;nynorsk\n".replace("åse@", "ase@")
    report = people(text.replace("\u2011", "-").encode(encoding), now)
    assert report.rejected == []
    person = Person.objects.get()
    assert (person.name, person.unit, person.language) == ("Åse Ødegård", body.culture, "nn")


def test_a_title_above_the_headings(body, now):
    assert people("Ansatte 2026\n\nE-post;Navn\na@fjordvik.example;A\n", now).counts["accepted"] == 1
    data = xlsx(["Ansatte 2026"], [], ["E-post", "Navn"], ["b@fjordvik.example", "B"])
    assert people(data, now, "a.xlsx").results[0].row == 4


def test_our_own_name_and_the_closest_word_win(body, now):
    text = "Visningsnavn,Fullt navn,Ansatt,name,email\nx,y,z,Ekte,a@fjordvik.example\n"
    people(text, now)
    assert Person.objects.get().name == "Ekte"


def test_mapping_by_command(body, tmp_path, capsys):
    path = tmp_path / "liste.csv"
    path.write_text("Hvem;Hvor;Kontakt\nKari;Nordvik skole;k@fjordvik.example\n", encoding="utf-8")
    mapping = ["Hvem=name,Kontakt=email", "Hvor=unit"]
    with pytest.raises(CommandError, match="1 row"):
        call_command("import_people", str(path), map=mapping)
    assert "Match it with --match" in capsys.readouterr().out
    call_command("import_people", str(path), map=mapping, match=["Nordvik  Skole=nordvik"])
    assert Person.objects.get().unit == body.nordvik
    for wrong in ["Hvem", "Ukjent=name", "Hvem=colour", "Hvem=name,Hvor=name"]:
        with pytest.raises(CommandError):
            call_command("import_people", str(path), map=[wrong])
    assert parse_mapping(["Merknad="]) == {"merknad": ""}
    assert parse_matches(["a=b=c"]) == {"a=b": "c"}
    with pytest.raises(FileError):
        parse_matches(["no sign"])


# --- sheets -------------------------------------------------------------------------------------------------


def test_a_hidden_sheet_is_read_only_when_named(body, now):
    book = openpyxl.Workbook()
    for name, state in [("Skjult", "hidden"), ("Helt skjult", "veryHidden"), ("Synlig", "visible")]:
        sheet = book.create_sheet(name)
        sheet.append(["email", "name"])
        sheet.append([f"{name[:2].lower()}@fjordvik.example", name])
        sheet.sheet_state = state
    book.remove(book["Sheet"])
    file = io.BytesIO()
    book.save(file)
    report = people(file.getvalue(), now, "a.xlsx")
    assert (report.sheet, report.other_sheets) == ("Synlig", ["Skjult", "Helt skjult"])
    assert people(file.getvalue(), now, "a.xlsx", sheet="helt skjult").results[0].key == "he@fjordvik.example"
    with pytest.raises(FileError, match="Skjult"):
        people(file.getvalue(), now, "a.xlsx", sheet="Ark9")


# --- cells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["-", "–", "n/a", "N/A", "ingen", "Ingen ", "none", "Ikke aktuelt", "ikkje\u00a0aktuelt", "(tom)", "Ukendt"]
)
def test_placeholders(text):
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["Ingen vei hjem", "-1", "nan", "Anna", "x", "0"])
def test_no_placeholders(text):
    assert not is_placeholder(text)


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#I/T", "#VERDI!", "#VÆRDI!", "#NAVN?", "#DIV/0!", "####", " #n/a "])
def test_error_cells_are_errors_in_every_column(body, now, text):
    assert is_error_cell(text)
    report = people(f"email,name\na@fjordvik.example,{text}\n", now)
    assert report.rejected[0].field == "name"


@pytest.mark.parametrize("text", ["#fjordvik", "# 1", "#1", "Romstilling #N/A"])
def test_no_error_cells(text):
    assert not is_error_cell(text)


def test_error_cells_and_formulas_of_excel(body, now):
    data = xlsx(["email", "name"], ["a@fjordvik.example", "#N/A"], ["b@fjordvik.example", "=NA()"])
    assert [(row.row, row.field) for row in people(data, now, "a.xlsx").rejected] == [(2, "name"), (3, "name")]


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("1,8592E+18", True),
        ("1.8592e+18", True),
        ("9E+17", True),
        ("1859200000000000000", True),
        ("1859203912345678901", False),
        ("3e21", False),  # an id of letters and digits
        ("123456789", False),
        ("1000000000", False),
    ],
)
def test_rounded_ids(now, cell, wrong):
    class Ids(Importer):
        kind, columns = "ids", ("remote_id", "amount")

        def holds_ids(self, column):
            return column == "remote_id"

        def handle_row(self, row):
            return Outcome.ACCEPTED

    report = Ids(now=now).run(f'remote_id;amount\n"{cell}";"{cell}"\n'.encode(), "a.csv")
    assert bool(report.rejected) is wrong
    if wrong:
        assert "rounded" in report.rejected[0].reason
    number = Ids(now=now).run(xlsx(["remote_id", "amount"], [1859203912345678901, 1.5e18]), "a.xlsx")
    assert number.rejected[0].field == "remote_id"
    assert not Ids(now=now).run(xlsx(["remote_id"], ["1859203912345678901"]), "a.xlsx").rejected
    # One of many may really end so.
    many = "remote_id\n1859200000000000000\n" + "".join(f"18592039123456789{n:02}\n" for n in range(5))
    assert not Ids(now=now).run(many.encode(), "a.csv").rejected


@pytest.mark.parametrize(
    "text",
    [
        "20-11-2026 15:00",
        "20.11.2026 15.00",
        "20. november 2026 kl. 15.00",
        "20/11/2026 15:00",
        "20.11.26 15:00",
        "fredag 20. november 2026 kl. 15:00",
        "20. nov. 2026, 15.00",
        "2026-11-20 15:00:00",
        "20-11-2026 15.00.00",
        "20.\xa0november 2026 15:00",
        "den 20. NOVEMBER 2026 kl 15.00",
        "2026-11-20T14:00Z",
    ],
)
def test_moments_as_people_write_them(text):
    assert parse_moment("at", text) == dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text", ["1. mai 2026", "1. maj 2026", "01-05-2026", "1.5.2026", "2026-05-01", "fre. 1. mai 2026"]
)
def test_days_as_people_write_them(text):
    assert parse_date("on", text) == dt.date(2026, 5, 1)


@pytest.mark.parametrize(
    "text", ["11/20/2026", "20. brumaire 2026", "20-11.2026", "20.11.2026 25:00", "20.11.2026 9:60"]
)
def test_what_is_no_moment(text):
    with pytest.raises(RowError):
        parse_moment("at", text)


# --- names of units -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Nordvik\u00a0vgs",
        "Nord\u00advik vgs",
        "Nordvik  vgs",
        "NORDVIK VGS",
        "nordvik",
        "Nordvik\u2009vgs",
        "Nord\u200bvik vgs",
    ],
)
def test_units_are_found_by_name_or_code(body, now, text):
    assert people(f"email,name,unit\na@fjordvik.example,A,{text}\n", now).rejected == []
    assert Person.objects.get().unit == body.nordvik
    assert units(f"code,name,kind,parent\nny,Ny,klubb,{text}\n", now).rejected == []
    assert Unit.objects.get(code="ny").parent == body.nordvik


def test_the_name_of_two_units_is_no_answer(body, now):
    Unit.objects.create(code="other", name="Kulturhuset", kind="unit")
    report = people("email,name,unit\na@fjordvik.example,A,kulturhuset\nb@fjordvik.example,B,Kulturhuset\n", now)
    assert "Several units are called" in report.rejected[0].reason
    [unmatched] = report.unmatched
    assert (unmatched.text, unmatched.rows, set(unmatched.nearest)) == ("kulturhuset", 2, {"culture", "other"})


def test_parents_by_the_name_that_the_file_gives_them(body, now):
    text = "Kode;Navn;Type;Overordnet\nbarn;Barnet;Klubb;Moren\nmor;Moren;Skole;Fjordvik fylkeskommune\n"
    assert units(text, now).counts["accepted"] == 2
    assert Unit.objects.get(code="barn").parent.code == "mor"
    assert units(text, now).counts["unchanged"] == 2


# --- e-mail addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "kari@fjordvik.example",
        "Kari@FJORDVIK.example",
        "ka\u200bri@fjordvik.example",
        "kari@fjord\xadvik.example",
        "\ufeffkari@fjordvik.example",
        "mailto:kari@fjordvik.example",
        "Kari N <kari@fjordvik.example>",
        "kari@fjordvik.example.",
        "kari＠fjordvik.example",
        "\u202akari@fjordvik.example\u202c",
        " kari@fjordvik.example;",
    ],
)
def test_nobody_exists_twice(body, now, text):
    people("email,name\nkari@fjordvik.example,Kari\n", now)
    assert normal_email(text) == "kari@fjordvik.example"
    assert people(f'email,name\n"{text}",Kari\n', now).counts["unchanged"] == 1
    form = PersonForm({"email": text, "name": "Kari"})
    assert not form.is_valid()
    assert "here already" in form.errors["email"][0]
    assert Person.objects.get_by_natural_key(text) == Person.objects.get()


def test_domains_of_letters_are_written_as_mail_servers_write_them(body, now):
    people("email,name\nkari@fjørdvik.example,Kari\n", now)
    assert Person.objects.get().email == "kari@xn--fjrdvik-r1a.example"
    twice = "email,name\nkari@xn--fjrdvik-r1a.example,Kari\nKARI@FJØRDVIK.example,Kari\n"
    assert people(twice, now).counts["unchanged"] == 2


@pytest.mark.parametrize(
    "text", ["kаri@fjordvik.example", "kari", "kari@", "@fjordvik.example", "a@b@c.no", "k ari@x.no"]
)
def test_what_is_no_address(text):
    with pytest.raises(ValidationError):
        normal_email(text)


def test_tidy_keeps_emoji_together_and_lines_apart():
    assert tidy("  👩\u200d🏫\u00a0 Nordvik\n\u00advgs ") == "👩\u200d🏫 Nordvik\nvgs"
