"""What is used for work beside the official accounts: networks an employee declares to the own leader (B21), and the
sites by staff and pupils that a school keeps an overview of (B22)."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.work_use import events, notices
from governance.access import Permission, holders, units_where
from governance.audit.models import record
from governance.notices.models import tell
from governance.people.models import Person
from governance.units.models import Tree, Unit


def leaders_of(person: Person, now: dt.datetime) -> list[Person]:
    """Whoever leads the person's unit, or else the nearest unit above that has a leader; not the person."""
    for unit_id in Tree.load().path_up(person.unit_id):
        if found := list(holders(Permission.LEAD_PEOPLE, [unit_id], timezone.localdate(now)).exclude(pk=person.pk)):
            return found
    return []


class WorkUseQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(ended_at=None)

    def led_by(self, person: Person):
        """What the people of the units one leads have declared."""
        return self.filter(person__unit__in=units_where(person, Permission.LEAD_PEOPLE)).exclude(person=person)


class WorkUse(models.Model):
    """A network somebody uses for work. The person says so and takes it back; the leaders alone read it."""

    class Profile(models.TextChoices):
        OWN = "own", _("My own profile")
        WORK = "work", _("A profile I have for work")
        OFFICIAL = "official", _("An official account")

    person = models.ForeignKey(Person, models.CASCADE, related_name="work_uses")
    network = models.CharField(_("network"), max_length=80)
    profile = models.CharField(_("through"), max_length=10, choices=Profile)
    purpose = models.CharField(_("what for"), max_length=300)
    declared_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WorkUseQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "network", "pk"]
        constraints = [
            models.UniqueConstraint(
                "person", Lower("network"), "profile", condition=Q(ended_at=None), name="work_use_once"
            )
        ]

    def __str__(self):
        return self.network

    @property
    def trail_name(self) -> str:
        """Between an employee and the leader: the trail says that, not what."""
        return str(self.pk)

    def end(self, *, now: dt.datetime) -> bool:
        """Used no longer. False where it was ended."""
        with transaction.atomic():
            if not WorkUse.objects.standing().filter(pk=self.pk).update(ended_at=now):
                return False
            record(events.WORK_USE_ENDED, self, by=self.person, now=now)
        return True


def declare(person: Person, *, network: str, profile: str, purpose: str, now: dt.datetime) -> tuple[list[Person], bool]:
    """Declare a network to the own leader: (who was told, whether it is new). Declared again it changes nothing."""
    leaders = leaders_of(person, now)
    try:
        with transaction.atomic():
            use = WorkUse.objects.create(
                person=person, network=network, profile=profile, purpose=purpose, declared_at=now
            )
            record(events.WORK_USE_DECLARED, use, by=person, now=now)
            path = reverse("accounts:work_use_of_unit", args=[person.unit.code])
            tell(leaders, notices.WORK_USE_DECLARED, about=use, path=path, now=now, person=str(person))
    except IntegrityError:
        return leaders, False
    return leaders, True


class SiteQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(removed_at=None)


class Site(models.Model):
    """A site by staff or pupils for school purposes, in the overview of its unit (B22)."""

    class MadeBy(models.TextChoices):
        STAFF = "staff", _("Staff")
        PUPILS = "pupils", _("Pupils")
        BOTH = "both", _("Staff and pupils")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sites")
    title = models.CharField(_("title"), max_length=120)
    url = models.URLField(_("address"), max_length=500)
    made_by = models.CharField(_("made by"), max_length=10, choices=MadeBy)
    purpose = models.CharField(_("what for"), max_length=300)
    is_public = models.BooleanField(_("shown to everybody, also without log-in"), default=False)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "url"], condition=Q(removed_at=None), name="site_once"),
        ]

    AUDITED = ["title", "url", "made_by", "purpose", "is_public"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("accounts:sites", args=[self.unit.code])

    def show(self, to_everybody: bool, *, by: Person, now: dt.datetime) -> bool:
        """Show it to everybody, or to those who log in. False where it is so already."""
        with transaction.atomic():
            if not Site.objects.exclude(is_public=to_everybody).filter(pk=self.pk).update(is_public=to_everybody):
                return False
            was, then = {"is_public": not to_everybody}, {"is_public": to_everybody}
            record(events.SITE_SHOWN, self, by=by, now=now, before=was, after=then)
        return True

    def remove(self, *, by: Person, now: dt.datetime) -> bool:
        """Take it out of the overview. False where that was done."""
        with transaction.atomic():
            if not Site.objects.standing().filter(pk=self.pk).update(removed_at=now):
                return False
            record(events.SITE_REMOVED, self, by=by, now=now, before={"url": self.url})
        return True


def add_site(unit: Unit, *, by: Person, now: dt.datetime, **words) -> bool:
    """Put a site in the unit's overview. False where its address is there already."""
    try:
        with transaction.atomic():
            site = Site.objects.create(unit=unit, added_by=by, added_at=now, **words)
            record(events.SITE_ADDED, site, by=by, now=now, after={name: words[name] for name in Site.AUDITED})
    except IntegrityError:
        return False
    return True
