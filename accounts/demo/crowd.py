"""More of everything, for trying the portal at a real body's size."""

import datetime as dt
from types import SimpleNamespace

from django.utils import timezone

from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import ingest
from accounts.inbox.models import Post
from accounts.moderators.models import Assignment
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount
from governance.people.models import Person
from governance.platforms.models import Platform
from governance.signin.login import DEMO_DOMAIN
from governance.units.models import Unit

POSTS_AN_ACCOUNT = 20


def load(body: SimpleNamespace, now: dt.datetime, scale: int) -> None:
    """`scale` - 1 times eight schools, each with an account on two platforms, two people and posts."""
    platforms = list(Platform.objects.filter(code__in=["facebook", "instagram"]))
    opened = now - dt.timedelta(days=200)
    for number in range(1, (scale - 1) * 8 + 1):
        unit = Unit.objects.create(
            code=f"skole-{number}",
            name=f"Skole {number}",
            kind="school",
            parent=body.units["opplaering"],
            language="nb",
        )
        people = Person.objects.bulk_create(
            Person(email=f"skole{number}.{part}@{DEMO_DOMAIN}", name=f"Skole {number} {part}", unit=unit, password="!")
            for part in Part.values
        )
        for platform in platforms:
            account = OfficialAccount.objects.create(
                platform=platform,
                handle=f"skole{number}",
                url=platform.address_of(f"skole{number}"),
                name=f"{unit.name}, {platform.name}",
                unit=unit,
                state="active",
                registered_at=opened,
                opened_at=opened,
                last_activity_at=now - dt.timedelta(days=number % 120),
            )
            Assignment.objects.bulk_create(
                Assignment(
                    account=account,
                    person=person,
                    part=part,
                    starts_on=timezone.localdate(opened),
                    accepted_at=opened,
                    delegated_by=body.info,
                )
                for person, part in zip(people, Part.values, strict=True)
            )
            items = [
                Incoming(
                    remote_id=f"crowd-{place}",
                    author=f"Innbygger {place}",
                    text=f"Spørsmål nummer {place} til {unit.name}",
                    posted_at=now - dt.timedelta(hours=place * 7),
                    answered_at=now - dt.timedelta(hours=place * 7 - 3) if place % 5 else None,
                )
                for place in range(1, POSTS_AN_ACCOUNT + 1)
            ]
            ingest(account, items, source=Post.Source.IMPORT, now=now)
