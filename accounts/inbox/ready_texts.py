"""The ready texts a person may copy, filled with what the portal knows of them, their unit and one of its accounts."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format

from accounts.register.models import OfficialAccount
from accounts.register.statement import answering_time, opening_hours
from governance.people.models import Person
from governance.policy.models import Policies
from guidelines.ready_texts.models import ReadyText, fill_or_mark


def texts_for(
    person: Person, *, language: str, tone: str, account: OfficialAccount | None, now: dt.datetime
) -> list[ReadyText]:
    """All kinds in one language and tone, in the order of the kinds, each with `filled`."""
    values = _values(person, account, language, now)
    texts = list(ReadyText.objects.filter(language=language, tone=tone).select_related("changed_by"))
    for text in texts:
        text.filled = fill_or_mark(text.body, values, language)
    return sorted(texts, key=lambda text: ReadyText.Kind.values.index(text.kind))


def matching(texts: list[ReadyText], kind: str, search: str) -> list[ReadyText]:
    words = search.casefold().split()
    return [
        text
        for text in texts
        if kind in ("", text.kind)
        and all(word in f"{text.get_kind_display()} {text.filled}".casefold() for word in words)
    ]


def _values(person: Person, account: OfficialAccount | None, language: str, now: dt.datetime) -> dict[str, str]:
    """What is not known is left out. Without an account, the person's own unit speaks."""
    values = {"body": settings.BODY_NAME, "name": person.name}
    unit = account.unit if account else person.unit
    if unit:
        policy = Policies.of(unit)
        values |= {
            "unit": unit.name,
            "formal_inquiry": policy.formal_inquiry_address or unit.name,
            "political_contact": policy.political_contact,
            "child_form": policy.child_concern_url,
            "response_time": answering_time(policy, language),
            "opening_hours": opening_hours(policy),
        }
    if account:
        values |= {"account": account.name, "platform": account.platform.name, "web_page": account.web_page_url}
        values |= _of_pause(account, language, now)
    return values


def _of_pause(account: OfficialAccount, language: str, now: dt.datetime) -> dict[str, str]:
    """Of the pause that runs or comes next."""
    not_ended = Q(ended_at=None) | Q(ended_at__gt=now)
    pause = account.pauses.standing().filter(not_ended, ends_at__gt=now).order_by("starts_at").first()
    if pause is None:
        return {}
    with translation.override(language):
        starts, ends = (
            date_format(timezone.localtime(moment), "DATE_FORMAT") for moment in (pause.starts_at, pause.over_at)
        )
    return {"reason": pause.reason.rstrip("."), "starts": starts, "ends": ends}
