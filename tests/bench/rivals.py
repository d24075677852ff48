"""What the portal's pages are measured against, on the same rows in the same run.

Django's admin lists accounts and posts; a bare view looks an address up with one query; one statement flags; COPY
takes posts in.
"""

import datetime as dt

from django.contrib import admin
from django.db import connection
from django.http import HttpResponse
from django.urls import include, path

from accounts.inbox.models import Post
from accounts.register.models import OfficialAccount

A_PAGE = 25


class Site(admin.AdminSite):
    def has_permission(self, request):
        return request.user.is_authenticated


class Listed(admin.ModelAdmin):
    list_per_page = A_PAGE

    def _may(self, request, *_about):
        return True

    has_module_permission = has_view_permission = has_change_permission = _may
    has_add_permission = has_delete_permission = _may


class Accounts(Listed):
    list_display = ("name", "handle", "platform", "unit", "state", "last_activity_at")
    list_select_related = ("platform", "unit")
    # What the register's own search looks through.
    search_fields = (
        "name",
        "handle",
        "url",
        "external_id",
        "unit__name",
        "purpose",
        "editor__name",
        "assignments__person__name",
    )


class Posts(Listed):
    list_display = ("text", "author", "posted_at", "account", "outcome", "answer_due_at")
    list_select_related = ("account",)


site = Site(name="rival")
site.register(OfficialAccount, Accounts)
site.register(Post, Posts)


def bare(request):
    """One query and a few words: what looking an address up costs at the least."""
    found = OfficialAccount.objects.filter(url=request.GET["url"]).select_related("platform", "unit").first()
    return HttpResponse(f"<h1>{found.name}, {found.unit.name}</h1>" if found else "<h1>Unknown</h1>")


urlpatterns = [
    path("rival/verify/", bare),
    path("rival/", site.urls),
    path("", include("governance.urls")),
]

FLAG_ALL = """
WITH due AS (
    UPDATE accounts_post SET flagged_at = %(now)s, next_step_at = %(next)s
    WHERE closed_at IS NULL AND flagged_at IS NULL AND measurable AND answer_due_at <= %(now)s
    RETURNING id, account_id, answer_due_at
), raised AS (
    INSERT INTO accounts_flag ({flag})
    SELECT {flag_values} FROM due RETURNING id, account_id, post_id
), trail AS (
    INSERT INTO governance_auditevent (at, event, actor_name, subject_type, subject_id, subject_name, before, after)
    SELECT %(now)s, 'flag.raised', '', 'flag', id, account_id, '{{}}', '{{}}' FROM raised
)
INSERT INTO governance_notice ({notice})
SELECT {notice_values} FROM due
JOIN accounts_assignment role ON role.account_id = due.account_id AND role.part = 'lead' AND role.ended_at IS NULL
"""


def flag_in_one_statement(now: dt.datetime) -> int:
    """Post, flag, trail and notice of every post past its time; how many notices were written."""
    from accounts.flags.models import Flag
    from governance.notices.models import Notice

    flag = _values(Flag, account_id="account_id", post_id="id", reason="'unanswered'", raised_at="%(now)s")
    notice = _values(
        Notice,
        person_id="role.person_id",
        event="'post.overdue'",
        key="'post:' || due.id || ':' || due.answer_due_at",
        path="'/posts/' || due.id || '/'",
        created_at="%(now)s",
        deliver_after="%(now)s",
    )
    statement = FLAG_ALL.format(flag=flag[0], flag_values=flag[1], notice=notice[0], notice_values=notice[1])
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "next": now + dt.timedelta(hours=4)})
        return cursor.rowcount


def _values(model, **expressions: str) -> tuple[str, str]:
    """(column names, their SQL) of an INSERT; what is not said is the field's own default."""
    columns, values = [], []
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(f'"{field.column}"')
        if field.column in expressions:
            values.append(expressions[field.column])
        elif field.null:
            values.append("NULL")
        elif field.get_internal_type() == "JSONField":
            values.append("'{}'")
        elif field.get_internal_type().startswith("Positive"):
            values.append("0")
        elif field.get_internal_type() == "BooleanField":
            values.append("false")
        else:
            values.append(f"'{field.get_default() or ''}'")
    return ", ".join(columns), ", ".join(values)


def copied(posts: list[Post]) -> tuple[str, str]:
    """(columns, lines) of the same rows as COPY reads them; made beforehand, so that COPY alone is measured."""
    fields = [field for field in Post._meta.concrete_fields if not field.primary_key]
    lines = ["\t".join(_as_text(getattr(post, field.attname)) for field in fields) for post in posts]
    return ", ".join(f'"{field.column}"' for field in fields), "\n".join([*lines, ""])


def _as_text(value) -> str:
    return r"\N" if value is None else str(value)


def copy(columns: str, lines: str) -> None:
    """All columns, all indexes; nothing asked and nothing told."""
    with connection.cursor() as cursor, cursor.copy(f"COPY accounts_post ({columns}) FROM STDIN") as into:
        into.write(lines)
