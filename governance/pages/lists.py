"""Lists read a page, never a table: what is counted has a ceiling, and only the rows of the page are fetched whole."""

from __future__ import annotations

import django_tables2 as tables
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django_tables2.rows import BoundRows

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
        if page.number > 1 and isinstance(self.object_list, QuerySet) and self.object_list._fields != ("pk",):
            start = page.start_index() - 1
            ids = list(self.object_list.values_list("pk", flat=True)[start : start + self.per_page])
            page.object_list = self.object_list.filter(pk__in=ids)
        return page


def page_of(request: HttpRequest, rows, per_page: int) -> Page:
    """The page that the address asks for, or the nearest there is. How long a page is does not stand there."""
    return BoundedPaginator(rows, per_page).get_page(request.GET.get("page"))


def sort_and_page(request: HttpRequest, table: tables.Table, per_page: int) -> None:
    """Order a table as the address asks, and fetch the page it asks for, or the nearest there is."""
    tables.RequestConfig(request, paginate=False).configure(table)
    rows = table.data.data
    # To the end the order is a decision: two of the same name must not change places between pages.
    rows = rows.order_by(*rows.query.order_by, "pk")
    page = BoundedPaginator(rows, per_page).get_page(request.GET.get(table.prefixed_page_field))
    if hasattr(table, "prepare"):
        # A table that makes its cells itself: the library's own way through each cell costs more than all queries.
        labels = [str(column.header) for column in table.columns]
        table.cells = [list(zip(labels, cells, strict=True)) for cells in table.prepare(page.object_list)]
        page.object_list = table.cells
    else:
        page.object_list = BoundRows(list(page.object_list), table, pinned_data={})
    table.page, table.paginator = page, page.paginator
