"""The demo body: Fjordvik fylkeskommune, a county that does not exist, with a story in every corner.

`load(now)` builds it once; its times are relative to `now`. Everything goes through the portal's own verbs, at
the moments they would have happened, so that the audit trail and the notices tell the story too.
"""

import datetime as dt

from django.db import transaction

from accounts.demo import applications, crowd, people, posts, register
from accounts.sweeps import SWEEPS, run
from governance.units.models import Unit
from guidelines import demo as guidelines


def is_loaded() -> bool:
    return Unit.objects.filter(code=people.ROOT).exists()


def load(now: dt.datetime, scale: int = 1) -> bool:
    """Build the demo body; False, changing nothing, where it stands already.

    `scale` above 1 adds that many times as many schools, accounts and posts.
    """
    if is_loaded():
        return False
    with transaction.atomic():
        body = people.load(now)
        guidelines.load(body.info, now - dt.timedelta(days=300))
        people.acknowledge(body, now)
        accounts = register.load(body, now)
        applications.load(body, now)
        posts.load(body, accounts, now)
        register.flags(body, accounts, now)
        register.duty(body, accounts, now)
        if scale > 1:
            crowd.load(body, now, scale)
    for name in SWEEPS:
        run(name, now)
    return True
