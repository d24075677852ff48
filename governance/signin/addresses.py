"""What allauth keeps of addresses beside ours: a row for each with which somebody has logged in."""

import datetime as dt

from allauth.account.models import EmailAddress


def forget_addresses(person, old: str, *, by, now: dt.datetime) -> None:
    """A new password is sent to any address that has a row. After a change that would be the former mailbox too."""
    EmailAddress.objects.filter(user=person).delete()
