"""The demo publishes the starter set, once."""

from guidelines import demo
from guidelines.reading.acknowledgements import acknowledged_person_ids
from guidelines.reading.follow_up import to_acknowledge
from guidelines.texts.guidelines import Audience
from guidelines.texts.versions import Version


def test_the_demo_publishes_the_starter_set_once(cast, now):
    first = demo.load(cast.chief, now)

    assert demo.load(cast.chief, now) == first
    assert [guideline.audience for guideline in first] == list(Audience)
    assert Version.objects.published().count() == Version.objects.count() == 6
    assert acknowledged_person_ids(Audience.MODERATORS, now) == set()
    # Whoever answers for no account need not read what is for those who do.
    assert len(to_acknowledge(cast.employee, now)) == 2
    assert len(to_acknowledge(cast.principal, now)) == 3
