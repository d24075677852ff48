"""The starter texts: the same rules in four languages, published once."""

import pytest

from guidelines import demo, starter
from guidelines.markdown import render, with_anchors
from guidelines.models import Audience, Version, acknowledged_person_ids
from guidelines.readers import to_acknowledge


def test_the_demo_publishes_three_guidelines_once(cast, now):
    first = demo.load(cast.chief, now)

    assert demo.load(cast.chief, now) == first
    assert [guideline.audience for guideline in first] == ["official", "employees", "moderators"]
    assert Version.objects.published().count() == Version.objects.count() == 3
    assert acknowledged_person_ids(Audience.MODERATORS, now) == set()
    # Whoever answers for no account need not read what is for those who do.
    assert len(to_acknowledge(cast.employee, now)) == 2
    assert len(to_acknowledge(cast.principal, now)) == 3


@pytest.mark.parametrize("slug", starter.AUDIENCES)
def test_the_same_rules_have_the_same_anchors_in_each_language(slug):
    texts = starter.texts(slug)
    assert set(texts) == {"nb", "nn", "da", "en-gb"}

    shown = {language: render(body) for language, (_title, body) in texts.items()}

    for language, (title, body) in texts.items():
        assert title
        assert with_anchors(body) == body
        assert [place.anchor for place in shown[language].rules] == list(starter.RULES[slug])
        assert [place.anchor for place in shown[language].headings] == [place.anchor for place in shown["nb"].headings]
    assert 6 <= len(starter.RULES[slug]) <= 12
    assert 2 <= len(shown["nb"].headings) <= 4
