"""Lists read a page, never a table: what is counted has a ceiling, and only the rows of the page are fetched whole.

A list whose heads sort is a `Table`, shown by `components/table.html`; how it is filtered is a form with `narrow`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html_join

MOST_COUNTED = 10_000


class BoundedPaginator(Paginator):
    """Counts to ten thousand and no further: nobody pages past that, and counting a million rows costs a page.

    `more` says that there are others beyond; whoever looks for one of them narrows the list.
    """

    @cached_property
    def _counted(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        # Bare: without the order, the joins and what else stands on the rows shown.
        return rows.order_by().values("pk")[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST_COUNTED)

    @property
    def more(self) -> bool:
        return self._counted > MOST_COUNTED

    def page(self, number) -> Page:
        """As Django's; beyond the first page the ids come first, so that what is skipped is neither joined nor read."""
        page = super().page(number)
        bare = getattr(self.object_list, "_fields", None) == ("pk",)
        if page.number > 1 and isinstance(self.object_list, QuerySet) and not bare:
            start = page.start_index() - 1
            ids = list(self.object_list.values_list("pk", flat=True)[start : start + self.per_page])
            page.object_list = self.object_list.filter(pk__in=ids)
        return page


def page_of(request: HttpRequest, rows, per_page: int) -> Page:
    """The page that the address asks for, or the nearest there is. How long a page is does not stand there."""
    return BoundedPaginator(rows, per_page).get_page(request.GET.get("page"))


@dataclass(frozen=True)
class Column:
    """What stands above a column, and how the address may ask for its order.

    name: as in `?sort=name`, or `?sort=-name` for the other way round. by: the fields that order it; none where it is
    not offered.
    """

    label: str | Promise
    name: str = ""
    by: Sequence[str] = ()


@dataclass(frozen=True)
class Head:
    """A column's head: `sorted` as `aria-sort` says it, and the address that sorts by it; empty where none does."""

    label: str | Promise
    sorted: str = ""
    link: str = ""


@dataclass(frozen=True)
class Table:
    """One page of a list in columns, as `components/table.html` shows it."""

    caption: str | Promise
    empty_text: str | Promise
    heads: list[Head]
    rows: list[list[str]]  # cells in the order of the heads
    page: Page

    @property
    def body(self) -> str:
        """The rows as HTML: a template that goes through each cell costs more than all queries of the page."""
        row = format_html_join("", '<td data-label="{}">{{}}</td>', ((head.label,) for head in self.heads))
        return format_html_join("\n", "<tr>" + row + "</tr>", self.rows)


def table_of(
    request: HttpRequest,
    rows: QuerySet,
    columns: Sequence[Column],
    cells: Callable[[Any], list[list[str]]],
    *,
    per_page: int,
    caption: str | Promise,
    empty_text: str | Promise,
    first: str = "",
) -> Table:
    """The page of `rows` that the address asks for, in the order it asks for.

    cells: makes the cells of each row from the rows of the page, which it gets as a queryset.
    first: the order as in `sort`, where the address says none that is offered; empty: as the rows are.
    """
    offered = {column.name: column.by for column in columns if column.by}
    sort = request.GET.get("sort", first)
    if sort.removeprefix("-") not in offered:
        sort = first
    if sort:
        # To the end the order is a decision: two of the same name must not change places between pages.
        order = [f"-{field}" if sort.startswith("-") else field for field in offered[sort.removeprefix("-")]]
        rows = rows.order_by(*order, "pk")
    page = page_of(request, rows, per_page)
    heads = [_head(request, column, sort) for column in columns]
    return Table(caption, empty_text, heads, cells(page.object_list), page)


def _head(request: HttpRequest, column: Column, sort: str) -> Head:
    if not column.by:
        return Head(column.label)
    query = request.GET.copy()
    query["sort"] = f"-{column.name}" if sort == column.name else column.name
    ways = {column.name: "ascending", f"-{column.name}": "descending"}
    return Head(column.label, ways.get(sort, "none"), f"?{query.urlencode()}")
