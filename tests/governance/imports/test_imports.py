"""The shared importer: outcomes, all or nothing, reports. Tried with units, the simplest rows there are."""

import io
import json

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from governance.audit.models import AuditEvent
from governance.imports import events as imports_events
from governance.imports.importer import MAX_CELL, Importer
from governance.imports.report import Outcome
from governance.imports.rows import FileError
from governance.pages.exports import harmless
from governance.units import events as units_events
from governance.units.imports import UnitImporter
from governance.units.models import Unit

pytestmark = pytest.mark.django_db

GOOD = "code,name,kind\nnord,Nord,school\nsyd,Syd,school\n"


def run(text, now, name="units.csv", **options):
    return UnitImporter(now=now, **options).run(text.encode(), name)


def outcomes(report):
    return [(result.row, result.outcome, result.field) for result in report.results]


def test_accepts_and_a_second_run_changes_nothing(now):
    first = run(GOOD, now)
    assert outcomes(first) == [(2, "accepted", ""), (3, "accepted", "")]
    assert first.written
    events = AuditEvent.objects.count()
    second = run(GOOD, now)
    assert outcomes(second) == [(2, "unchanged", ""), (3, "unchanged", "")]
    assert not second.written
    assert AuditEvent.objects.count() == events


def test_one_event_for_the_run_beside_those_of_the_objects(now):
    run(GOOD, now)
    assert AuditEvent.objects.filter(event=units_events.UNIT_CREATED).count() == 2
    imported = AuditEvent.objects.get(event=imports_events.IMPORTED)
    assert (imported.subject_type, imported.subject_id, imported.subject_name) == ("import", "units", "units.csv")
    assert imported.after == {"accepted": 2, "changed": 0, "unchanged": 0, "rejected": 0}


def test_all_or_nothing(now):
    report = run(GOOD + "bad,Bad,castle\n", now)
    assert outcomes(report)[2] == (4, "rejected", "kind")
    assert "castle" in report.rejected[0].reason
    assert not report.written
    assert not Unit.objects.exists()
    assert not AuditEvent.objects.exists()
    assert "1 row was rejected" in report.conclusion


def test_keep_going_writes_the_good_rows(now):
    report = run(GOOD + "bad,Bad,castle\n", now, keep_going=True)
    assert report.counts == {"accepted": 2, "changed": 0, "unchanged": 0, "rejected": 1}
    assert set(Unit.objects.values_list("code", flat=True)) == {"nord", "syd"}


def test_dry_run_writes_nothing_and_says_what_would_be(now):
    report = run(GOOD, now, dry_run=True)
    assert report.counts["accepted"] == 2
    assert not report.written
    assert not Unit.objects.exists()
    assert "trial run" in report.conclusion


def test_the_same_twice_in_one_file_names_the_earlier_row(now):
    report = run(GOOD + "NORD,Nord again,school\n", now)
    assert outcomes(report)[2] == (4, "rejected", "")
    assert "row 2" in report.rejected[0].reason


def test_missing_columns_are_one_error_for_the_file(now):
    with pytest.raises(
        FileError, match=r"lacks the columns: name, kind. It has: kode, code. Known columns: code, name"
    ):
        run("kode,code\na,b\n", now)


def test_unknown_columns_are_named_and_ignored(now):
    report = run("code,name,kind,telephone\nnord,Nord,school,+47 22\n", now)
    assert report.ignored_columns == ["telephone"]
    assert report.written


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", '" =cmd()"'])
def test_what_begins_like_a_formula_is_text_and_harmless_where_it_leaves(now, cell):
    run(f"code,name,kind\nnord,{cell},school\n", now)
    name = Unit.objects.get().name
    assert name == cell.strip('" ')
    assert harmless(name) == f"'{name}"


def test_a_formula_of_excel_is_rejected(now):
    class Free(Importer):
        kind = "free"
        columns = ("text",)

        def handle_row(self, row):
            return Outcome.UNCHANGED

    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active.append(["=A1"])
    book.active.append(["@handle"])
    file = io.BytesIO()
    book.save(file)
    report = Free(now=now).run(file.getvalue(), "a.xlsx")
    assert outcomes(report) == [(2, "rejected", "text"), (3, "unchanged", "")]


def test_a_million_characters_in_a_cell(now):
    report = run(f"code,name,kind\nnord,{'x' * 1_000_000},school\n", now)
    assert outcomes(report) == [(2, "rejected", "name")]
    assert "1000000" in report.rejected[0].reason
    assert str(MAX_CELL) in report.rejected[0].reason
    assert len(json.dumps(report.as_dict())) < 1000


def test_control_characters_short_rows_and_empty_required_cells(now):
    report = run("code,name,kind\nnord,a\x00b,school\nsyd,Syd\nost,,school\n", now)
    assert outcomes(report) == [(2, "rejected", "name"), (3, "rejected", ""), (4, "rejected", "name")]


def test_a_subclass_may_expand_rows_and_finish_with_rejections(now):
    class Wide(Importer):
        columns = ("a", "b")

        def expand(self, row):
            from governance.imports.rows import Row, RowError

            if not row.get("a"):
                raise RowError("a", "empty")
            return [Row(row.number, {"a": row.get(column)}) for column in ("a", "b")]

        def handle_row(self, row):
            return Outcome.CHANGED

    report = Wide(now=now).run(b"a,b\n1,2\n,3\n", "wide.csv")
    assert outcomes(report) == [(2, "changed", ""), (2, "changed", ""), (3, "rejected", "a")]


# --- The command --------------------------------------------------------------------------------------------


def command(tmp_path, text, *options, name="units.csv"):
    file = tmp_path / name
    file.write_bytes(text.encode())
    out = io.StringIO()
    call_command("import_units", str(file), *options, stdout=out)
    return out.getvalue()


def test_the_report_as_text(tmp_path):
    text = command(tmp_path, GOOD)
    assert "Accepted: 2, Changed: 0, Unchanged: 0, Rejected: 0" in text
    assert "The rows were imported." in text
    assert "already has all of it" in command(tmp_path, GOOD)


def test_the_report_as_json(tmp_path):
    assert json.loads(command(tmp_path, GOOD, "--json", "--dry-run")) == {
        "file": "units.csv",
        "dry_run": True,
        "written": False,
        "accepted": 2,
        "changed": 0,
        "unchanged": 0,
        "rejected": 0,
        "rows": [
            {"row": 2, "outcome": "accepted", "key": "nord", "field": "", "reason": ""},
            {"row": 3, "outcome": "accepted", "key": "syd", "field": "", "reason": ""},
        ],
        "ignored_columns": [],
    }


def test_exit_status_1_when_a_row_was_rejected(tmp_path, capsys):
    with pytest.raises(CommandError, match=r"1 row was rejected\.") as caught:
        command(tmp_path, GOOD + "bad,Bad,castle\n", "--keep-going")
    assert caught.value.returncode == 1
    assert Unit.objects.count() == 2


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_units", str(tmp_path / "none.csv"))
    out = io.StringIO()
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(CommandError, match="empty"):
        call_command("import_units", str(tmp_path / "empty.csv"), "--json", stdout=out)
    assert json.loads(out.getvalue())["error"] == "The file is empty."
