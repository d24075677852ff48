"""Spreadsheets out: text alone, whatever the rows hold, and as many rows as there are."""

import io

import openpyxl

from governance.pages.exports import xlsx_response


def sheet_of(response):
    return openpyxl.load_workbook(io.BytesIO(response.content)).active


def test_every_cell_is_the_text_it_was():
    rows = [["=1+1", "#N/A"], ["2024-01-01", 5], ["a\x0bb\uffffc", "x" * 40_000], [None, "line\nline"]]

    sheet = sheet_of(xlsx_response("rows", ["One", "@Two"], iter(rows)))

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["One", "'@Two"],
        ["'=1+1", "#N/A"],
        ["2024-01-01", "5"],
        ["abc", "x" * 32_767],  # a cell's most
        [None, "line\nline"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_the_headings_stay_in_sight():
    sheet = sheet_of(xlsx_response("rows", ["One"], [["1"]]))

    assert sheet.freeze_panes == "A2"
    assert (sheet["A1"].font.bold, sheet["A2"].font.bold) == (True, False)
