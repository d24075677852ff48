"""Each address that takes a form, sent nothing and sent nonsense: the answer says that something is to be mended.

A bad form is answered 422, with the page on which what was typed stands and says what is to be mended, or (a button
beside something else) it leads to a page with a message. 200 would say that all is well.
"""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.test_every_address import ROWS

# What shows a text as it would become, and a link from a mail that holds no longer.
NO_FORMS = {"guidelines:preview", "account_reset_password_from_key"}
SAYS_WHAT_TO_MEND = ['class="ds-error-summary" role="alert"', 'class="ds-alert" data-color="danger"']


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(ROWS) - NO_FORMS))
@pytest.mark.parametrize("sent", [{}, {"nonsense": "?"}], ids=["nothing", "nonsense"])
@pytest.mark.django_db
def test_a_bad_form_is_never_answered_as_if_it_were_good(name, sent, standing):
    place, allowed = ROWS[name]
    url = reverse(name, kwargs=standing.places[place] if place else {})
    # Who may is another test's matter: what is wrong with a form does not hang on who sends it.
    for role in {min(allowed), max(allowed)}:
        with transaction.atomic():
            answer = standing.client(role).post(url, sent)
            transaction.set_rollback(True)
        assert answer.status_code != 200, role
        if answer.status_code == 422:
            assert any(words in answer.content.decode() for words in SAYS_WHAT_TO_MEND), role
