"""A second person looks at a draft before it is published (D116, D124), where the policy says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.audit.models import record
from governance.people.models import Person
from governance.policy.models import Policies
from governance.units.models import Tree, Unit
from guidelines.texts import events, notices
from guidelines.texts.errors import GuidelineError
from guidelines.texts.notices import tell_of_version
from guidelines.texts.versions import Version


class Review(models.Model):
    """Somebody was asked to review a draft, and what they said of it as it then stood."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Sent back")

    version = models.ForeignKey(Version, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="guideline_reviews")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    comment = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)  # of the texts that were judged

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "reviewer"], condition=Q(answered_at=None), name="review_asked_once"
            )
        ]

    @classmethod
    def ask(cls, version: Version, reviewer: Person, *, by: Person, now: dt.datetime) -> bool:
        """Ask somebody to review the draft. False where they are asked already.

        Raises Frozen, and GuidelineError where the reviewer could not approve: whoever wrote the last change.
        """
        with transaction.atomic():
            version.lock_draft()
            if reviewer.pk in version.last_writers():
                raise GuidelineError(_("Whoever wrote the last change cannot review it. Ask somebody else."))
            review, created = cls.objects.get_or_create(
                version=version, reviewer=reviewer, answered_at=None, defaults={"asked_by": by, "asked_at": now}
            )
            if created:
                after = {"version": version.number, "reviewer": reviewer.name}
                record(events.GUIDELINE_REVIEW_ASKED, version.guideline, by=by, now=now, after=after)
                tell_of_version(
                    version,
                    [reviewer],
                    notices.GUIDELINE_REVIEW_ASKED,
                    about=review,
                    address="guidelines:review",
                    now=now,
                    person=by.name,
                )
        return created

    def answer(self, outcome: Outcome, comment: str, *, seen: str, now: dt.datetime) -> None:
        """The reviewer's word on the draft as it stands; `seen` is the fingerprint of what they read.

        Raises Frozen, and GuidelineError where the draft is another by now, the reviewer wrote its last change, or
        nothing says why it is sent back.
        """
        with transaction.atomic():
            self.version.lock_draft()
            review = Review.objects.select_for_update().get(pk=self.pk)
            if review.answered_at:
                raise GuidelineError(_("You have answered this already."))
            if seen != self.version.fingerprint():
                raise GuidelineError(_("The draft has changed since you opened it. Read it again before you answer."))
            if outcome == Review.Outcome.APPROVED and self.reviewer_id in self.version.last_writers():
                raise GuidelineError(_("You wrote the last change yourself: somebody else must approve it."))
            if outcome == Review.Outcome.RETURNED and not comment.strip():
                raise GuidelineError(_("Say what must change."))
            review.outcome, review.comment = outcome, comment.strip()
            review.answered_at, review.fingerprint = now, seen
            review.save()
            approved = outcome == Review.Outcome.APPROVED
            record(
                events.GUIDELINE_APPROVED if approved else events.GUIDELINE_RETURNED,
                self.version.guideline,
                by=self.reviewer,
                now=now,
                after={"version": self.version.number, "comment": review.comment},
            )
            tell_of_version(
                self.version,
                [self.asked_by],
                notices.GUIDELINE_REVIEWED,
                about=self,
                address="guidelines:draft",
                now=now,
                person=self.reviewer.name,
                review=str(outcome),
            )


def review_is_demanded() -> bool:
    """Guidelines belong to the whole body, so the policy of its root decides."""
    policies = Policies.load(Tree.load())
    return any(policies.for_unit(root.pk).guideline_review for root in policies.tree.roots())


def is_approved(version: Version) -> bool:
    """Whether the draft as it stands is approved by a second person, and nobody who was asked has sent it back."""
    latest: dict[int, str] = {}
    judged = Review.objects.filter(version=version, fingerprint=version.fingerprint()).exclude(answered_at=None)
    for reviewer, outcome in judged.order_by("answered_at", "pk").values_list("reviewer", "outcome"):
        latest[reviewer] = outcome
    writers = version.last_writers()
    approved = any(
        outcome == Review.Outcome.APPROVED and reviewer not in writers for reviewer, outcome in latest.items()
    )
    return approved and Review.Outcome.RETURNED not in latest.values()


def demand_review(version: Version) -> None:
    """Raises GuidelineError where the policy demands a review that the draft as it stands has not had."""
    if review_is_demanded() and not is_approved(version):
        raise GuidelineError(
            _("A second person must approve the draft as it now stands before it is published. Ask for a review.")
        )


def places_of_reviewers(people: Collection[int], now: dt.datetime) -> set[int]:
    """The body itself, where these people are asked to review one of its texts."""
    if not Review.objects.filter(reviewer__in=people, answered_at=None).exists():
        return set()
    return set(Unit.objects.filter(parent=None).values_list("pk", flat=True))
