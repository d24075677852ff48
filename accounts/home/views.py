"""Home: what waits for me, the most urgent first. A constant number of queries, whatever waits."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.applications.deciders import waiting_for_decision
from accounts.applications.models import Application
from accounts.duty.presence import answered_by
from accounts.flags.models import DECIDED_BY_SECTION, Flag
from accounts.inbox.models import Post
from accounts.moderators.models import Assignment
from accounts.register.models import OfficialAccount
from governance.access import Permission, can, signed_in
from governance.people.models import Person
from guidelines.reading.follow_up import to_acknowledge
from guidelines.reading.questions import Question
from guidelines.texts.reviews import Review

AT_MOST = 5  # rows a heading; the rest stands behind the link


@dataclass(frozen=True)
class Row:
    label: str
    url: str
    about: str = ""
    at: dt.datetime | None = None  # when it is, or was, due
    late: bool = False
    unconfirmed: bool = False  # an account that nobody has confirmed yet


@dataclass(frozen=True)
class Waiting:
    """One heading of the page, its first rows, and where all of them stand."""

    title: str
    rows: list[Row]
    url: str
    link: str


@signed_in
@require_safe
def home(request):
    now = timezone.now()
    context = {
        "title": _("What waits for me"),
        "sections": [section for section in waiting(request.user, now) if section.rows],
    }
    return render(request, "accounts/home/home.html", context)


def waiting(person: Person, now: dt.datetime) -> list[Waiting]:
    """Every heading in the order of the page, those without rows too."""
    return [
        _posts(person, now),
        _decisions(person, now),
        _to_confirm(person, now),
        _offers(person),
        _flags(person, now),
        _to_open(person, now),
        _to_acknowledge(person, now),
        _to_review(person),
        _questions(person),
        _my_applications(person),
    ]


def _posts(person: Person, now: dt.datetime) -> Waiting:
    # Their ids first: few, and then the first posts of these alone are looked for.
    accounts = list(answered_by(person, now).values_list("pk", flat=True))
    posts = (
        Post.objects.open()
        .standing_alone()
        .filter(account__in=accounts, answer_due_at__isnull=False)
        .select_related("account")
        .order_by(F("answer_due_at").asc(), "pk")[:AT_MOST]
    )
    rows = [
        Row(
            post.text[:90] or post.get_kind_display(),
            post.get_absolute_url(),
            post.account.name,
            post.answer_due_at,
            post.is_overdue(now),
        )
        for post in posts
    ]
    return Waiting(_("Posts to answer"), rows, reverse("accounts:inbox"), _("The inbox"))


def _decisions(person: Person, now: dt.datetime) -> Waiting:
    rows = [
        Row(str(application), application.get_absolute_url(), application.unit.name, application.submitted_at)
        for application in waiting_for_decision(person, now)[:AT_MOST]
    ]
    return Waiting(_("Applications to decide"), rows, reverse("accounts:applications"), _("All applications"))


def _to_confirm(person: Person, now: dt.datetime) -> Waiting:
    """What came without a decision and waits for this person to say that it is ours."""
    accounts = OfficialAccount.objects.to_confirm(person, now=now).select_related("unit")[:AT_MOST]
    rows = [
        Row(account.name, f"{account.get_absolute_url()}#confirm", account.unit.name, account.unconfirmed_since)
        for account in accounts
    ]
    url = reverse("accounts:accounts") + "?lacking=confirmation"
    return Waiting(_("Accounts to confirm"), rows, url, _("All that nobody has confirmed"))


def _offers(person: Person) -> Waiting:
    offers = Assignment.objects.waiting_for(person).select_related("account")[:AT_MOST]
    rows = [Row(offer.account.name, offer.get_absolute_url(), offer.get_part_display()) for offer in offers]
    return Waiting(_("Roles you are asked to take"), rows, reverse("accounts:accounts"), _("All accounts"))


def _flags(person: Person, now: dt.datetime) -> Waiting:
    """Flags whose next step is this person’s. Posts have a heading of their own."""
    flags = Flag.objects.open().visible_to(person, now=now).exclude(reason=Flag.Reason.UNANSWERED)
    if not can(person, Permission.DECIDE_FLAGS, now=now):
        flags = flags.exclude(reason__in=DECIDED_BY_SECTION, answered_at__isnull=False)
    rows = [
        Row(
            flag.get_reason_display(),
            flag.get_absolute_url(),
            flag.account.name,
            flag.answer_by,
            bool(flag.answer_by and flag.answer_by <= now),
        )
        for flag in flags.select_related("account").order_by("raised_at", "pk")[:AT_MOST]
    ]
    return Waiting(_("Flags"), rows, reverse("accounts:flags"), _("All flags"))


def _to_open(person: Person, now: dt.datetime) -> Waiting:
    accounts = OfficialAccount.objects.to_open(person, now=now).select_related("unit").distinct()[:AT_MOST]
    rows = [
        Row(
            account.name,
            account.get_absolute_url(),
            account.unit.name,
            unconfirmed=account.unconfirmed_since is not None,
        )
        for account in accounts
    ]
    return Waiting(_("Accounts to open"), rows, reverse("accounts:accounts") + "?state=planned", _("Planned accounts"))


def _to_acknowledge(person: Person, now: dt.datetime) -> Waiting:
    rows = [
        Row(version.text_in(get_language()).title, version.guideline.get_absolute_url())
        for version in to_acknowledge(person, now)[:AT_MOST]
    ]
    return Waiting(_("Guidelines to read and acknowledge"), rows, reverse("guidelines:guidelines"), _("All guidelines"))


def _to_review(person: Person) -> Waiting:
    asked = Review.objects.filter(reviewer=person, answered_at=None, version__published_at=None)
    asked = asked.select_related("version__guideline", "asked_by").prefetch_related("version__texts")
    rows = [
        Row(text.title, reverse("guidelines:review", args=[review.version.guideline.slug]), review.asked_by.name)
        for review in asked.order_by("asked_at", "pk")[:AT_MOST]
        if (text := review.version.text_in(get_language()))
    ]
    return Waiting(_("Drafts you are asked to review"), rows, reverse("guidelines:guidelines"), _("All guidelines"))


def _questions(person: Person) -> Waiting:
    """Questions that the section has yet to answer; one's own are not waiting for oneself."""
    rows = []
    if can(person, Permission.PUBLISH_GUIDELINES):
        waiting = Question.objects.open().exclude(asked_by=person).order_by("asked_at", "pk")[:AT_MOST]
        rows = [Row(question.text[:90], question.get_absolute_url()) for question in waiting]
    return Waiting(_("Questions to answer"), rows, reverse("guidelines:questions"), _("All questions"))


def _my_applications(person: Person) -> Waiting:
    rows = [
        Row(str(application), application.get_absolute_url(), application.get_status_display())
        for application in Application.objects.mine_open(person)[:AT_MOST]
    ]
    return Waiting(_("Your applications to go on with"), rows, reverse("accounts:applications"), _("All applications"))
