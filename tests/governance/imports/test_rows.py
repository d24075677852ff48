"""Files of every shape people send, whole and broken."""

import datetime as dt
import io
import json
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.imports import files, sheets
from governance.imports.files import read_rows
from governance.imports.rows import FileError, RowError, parse_date, parse_moment, split_list


def values(data, name="list.csv"):
    return [(row.number, row.values) for row in read_rows(data if isinstance(data, bytes) else data.encode(), name)]


def xlsx(*lines) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WANTED = [(2, {"code": "nordvik", "name": "Nordvik vgs, Ålesund"}), (3, {"code": "sor", "name": "Sør"})]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_separators(separator):
    text = f'Code{separator}Name\nnordvik{separator}"Nordvik vgs, Ålesund"\nsor{separator}Sør\n'
    assert values(text) == WANTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252", "utf-16-le", "utf-16-be"])
def test_encodings(encoding):
    text = "code;name\r\nnordvik;Nordvik vgs, Ålesund\r\nsor;Sør\r\n"
    assert values(text.encode(encoding)) == WANTED


def test_excels_own_separator_hint_and_blank_lines_keep_the_row_numbers():
    assert values("sep=;\ncode;name\n\nsor;Sør\n") == [(4, {"code": "sor", "name": "Sør"})]


def test_a_cell_of_several_lines_is_one_row():
    assert values('code,name\na,"one\ntwo"\nb,three\n') == [
        (2, {"code": "a", "name": "one\ntwo"}),
        (3, {"code": "b", "name": "three"}),
    ]


def test_xlsx_gives_text():
    midnight = dt.datetime(2026, 11, 18)  # noqa: DTZ001 - Excel knows no zones
    data = xlsx(
        ["Code", "Number", "Day", "Time", "Sure", "E-mail"],
        [None, None, None, None, None, None],
        ["a", 7.0, midnight, midnight.replace(hour=9, minute=30), True, None],
    )
    assert values(data, "list.xlsx") == [
        (
            3,
            {
                "code": "a",
                "number": "7",
                "day": "2026-11-18",
                "time": "2026-11-18T09:30:00",
                "sure": "true",
                "e_mail": "",
            },
        )
    ]


def test_json_yaml_and_json_lines_give_the_text_that_stands_in_the_file():
    flat = {"id": "007", "twitter_id": "123456789012345678901", "country": "NO"}
    assert values(json.dumps([flat]), "list.json") == [(1, flat)]
    assert values('{"rows": [{"a": 1.50, "b": null, "c": true, "d": ["x", "y"]}]}', "x.json") == [
        (1, {"a": "1.50", "b": "", "c": "true", "d": "x;y"})
    ]
    assert values('[{"a": {"b": {"c": 1}}}]', "noname") == [(1, {"a.b.c": "1"})]
    yaml = "# a comment\n- id:\n    gov: 0123\n  social:\n    twitter: NO\n    twitter_id: 302\n    none: ~\n"
    assert values(yaml, "x.yaml") == [
        (1, {"id.gov": "0123", "social.twitter": "NO", "social.twitter_id": "302", "social.none": ""})
    ]
    assert values('{"a": 1}\n\n{"a": 2}\n', "x.jsonl") == [(1, {"a": "1"}), (3, {"a": "2"})]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.csv", "empty"),
        (b"code,name\n", "a.csv", "no rows"),
        (b'code,name\na,"Nord', "a.csv", "Row 2 has a quotation mark"),
        (b"code,code\na,b\n", "a.csv", "stands twice"),
        (b'[{"a": 1}, {"a"', "a.json", "line 1"),
        (b'{"a": 1}\n{"a"', "a.jsonl", "Line 2"),
        (b'{"a": 1}', "a.json", "no list"),
        (b"[" * 100_000, "a.json", "nested too deeply"),
        (b"- a: [b\n", "a.yaml", "YAML breaks off"),
        (b"- &x [a]\n- *x\n", "a.yaml", "refers to another place"),
        (b"[" * 30 + b"]" * 30, "a.yaml", "nested too deeply"),
        (xlsx(["a"], ["b"])[:-200], "a.xlsx", "not a whole Excel file"),
        (b"code,name\n", "a.xlsx", "called .xlsx but is no Excel file"),
        (b"PK\x05\x06" + b"\0" * 18, "a.zip", "not an Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "old Excel file"),
        ("navn\nSøø".encode()[:-1], "a.csv", "breaks off inside a character"),
        ("navn\nSør\n".encode() + "Sør\n".encode("latin-1"), "a.csv", "Line 3 is not written in UTF-8"),
        ("a\nb".encode("utf-16")[:-1], "a.csv", "breaks off inside a character"),
        (b"\x00\x01\x00\x02\x00\x00\x00", "a.csv", "not a text file"),
    ],
)
def test_half_and_wrong_files_say_what_is_wrong(data, name, said):
    with pytest.raises(FileError, match=said):
        read_rows(data, name)


def test_caps(monkeypatch):
    monkeypatch.setattr(files, "MAX_ROWS", 2)
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    monkeypatch.setattr(files, "MAX_BYTES", 1024 * 1024)
    for data, name in [
        (b"a\n1\n2\n3\n", "a.csv"),
        (b'[{"a":1},{"a":1},{"a":1}]', "a.json"),
        (b'{"a":1}\n{"a":1}\n{"a":1}\n', "a.jsonl"),
        (xlsx(["a"], ["1"], ["2"], ["3"]), "a.xlsx"),
    ]:
        with pytest.raises(FileError, match="more than 2 rows"):
            read_rows(data, name)
    with pytest.raises(FileError, match="larger than 1 MB"):
        read_rows(b"a" * (1024 * 1024 + 1), "a.csv")
    monkeypatch.setattr(files, "MAX_COLUMNS", 2)
    with pytest.raises(FileError, match="more than 2 columns"):
        read_rows(b"a,b,c\n1,2,3\n", "a.csv")
    monkeypatch.setattr(sheets, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(FileError, match="too large when unpacked"):
        read_rows(xlsx(["a"], ["1"]), "a.xlsx")


def test_a_small_file_that_unpacks_to_a_large_one_is_not_opened():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 1_000_000)
    with pytest.raises(FileError, match="too large when unpacked"):
        read_rows(file.getvalue(), "a.xlsx")


def test_a_heading_with_half_a_character_can_be_shown():
    assert values('[{"code": "a", "\\ud800b": "c"}]', "list.json") == [(1, {"code": "a", "?b": "c"})]


def test_rows_that_do_not_fit_their_headings_carry_their_problem():
    short, long, listed, plain, twice = [
        read_rows(data, name)[0].problem
        for data, name in [
            (b"a,b\n1\n", "a.csv"),
            (b"a,b\n1,2,3\n", "a.csv"),
            (b'[{"a": [{"b": 1}]}]', "a.json"),
            (b'["a"]', "a.json"),
            (b'[{"A": 1, "a": 2}]', "a.json"),
        ]
    ]
    assert "1 cells, but there are 2" in short.reason
    assert "3 cells, but there are 2" in long.reason
    assert listed.field == "a"
    assert "named fields" in plain.reason
    assert "twice" in twice.reason


def test_days_and_moments():
    assert parse_date("day", "2026-12-24") == parse_date("day", "24.12.2026") == dt.date(2026, 12, 24)
    at = dt.datetime(2026, 7, 1, 8, 0, tzinfo=dt.UTC)
    for text in [
        "2026-07-01T10:00",
        "2026-07-01 10:00:00",
        "01.07.2026 10:00",
        "2026-07-01T08:00Z",
        "2026-07-01T09:00+01:00",
    ]:
        assert parse_moment("at", text) == at
    assert parse_moment("at", "01.07.2026") == dt.datetime(2026, 6, 30, 22, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("text", ["31.02.2026", "2026-02-31", "yesterday", "0001-01-01", "9999-12-31", "٣١.٠٢.٢٠٢٦"])
def test_days_that_do_not_exist_are_refused(text):
    for parse in (parse_date, parse_moment):
        with pytest.raises(RowError) as caught:
            parse("day", text)
        assert caught.value.field == "day"
        assert text in caught.value.reason


def test_split_list():
    assert split_list(" a@b.no; ;c@d.no;") == ["a@b.no", "c@d.no"]


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.json", "a.yaml", "a.jsonl", "a.xlsx", "a"]))
def test_any_bytes_give_rows_or_a_clear_error(data, name):
    try:
        found = read_rows(data, name)
    except FileError:
        return
    assert all(isinstance(value, str) for row in found for value in row.values.values())
