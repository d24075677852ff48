"""A table of rows on a page."""

import django_tables2 as tables
from django.core.paginator import Paginator


def sort_and_page(request, table: tables.Table, per_page: int) -> None:
    """Order and page as the address asks, or the nearest page there is. How long a page is does not stand there."""
    tables.RequestConfig(request, paginate=False).configure(table)
    page = Paginator(table.rows, per_page).get_page(request.GET.get(table.prefixed_page_field))
    table.paginate(page=page.number, per_page=per_page)
