"""Each address that takes a form, sent nothing and sent nonsense: the answer says that something is to be mended.

A bad form is answered 422, with the page on which what was typed stands and says what is to be mended, or (a button
beside something else) it leads to a page with a message. 200 would say that all is well.
"""

import ast
from pathlib import Path

import pytest
from django.db import transaction
from django.forms import BaseForm
from django.urls import reverse

from governance.pages.revisions import Revised
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


# Forms that begin filled in although nothing that stands is changed by them, and why.
CHANGE_NOTHING = {
    "AidForm": "whole texts: shows both side by side, by the number of the version",
    "TextForm": "whole texts: shows both rule by rule, by the number of the revision",
    "AssignmentForm": "adds a role, begun with a guess",
    "GrantForm": "adds a role, begun with a guess",
    "SubstituteForm": "adds a substitute, begun with a guess",
    "StartForm": "adds an application",
    "NewPostForm": "adds a post",
    "NewGuidelineForm": "adds a guideline",
    "RegisterForm": "adds an account",
    "UnitForm": "adds a unit, and is `Revised` where it changes one",
    "StarterForm": "adds drafts",
    "TakeOverForm": "adds a take-over",
    "ConnectForm": "shows nothing that is kept: secrets never come back",
    "HandOverForm": "says which; each is looked at again",
    "EndForm": "a day from which something ends, today to begin with",
    "EndGrantForm": "a day from which something ends, today to begin with",
    "CompareForm": "chooses what is shown",
    "LanguagesForm": "chooses what is shown",
    "TextLanguageForm": "chooses what is shown",
}


def forms_on(response) -> list[BaseForm]:
    contexts = response.context or []
    values = [value for part in contexts for layer in getattr(part, "dicts", [part]) for value in layer.values()]
    return [value for value in values if isinstance(value, BaseForm)]


def begins_filled_in(form: BaseForm) -> bool:
    """A row's own form, or one some of whose fields hold something from the start."""
    if getattr(getattr(form, "instance", None), "pk", None):
        return True
    return any(form[name].initial not in (None, "", [], False) and not form[name].is_hidden for name in form.fields)


@pytest.mark.slow
@pytest.mark.django_db
def test_every_form_that_edits_something_carries_what_it_was_opened_with(standing):
    """See `governance.pages.revisions`."""
    found, revised = {}, set()
    for name in sorted(set(ROWS) - NO_FORMS):
        place, allowed = ROWS[name]
        # What a page of a row asks may depend on who looks at it.
        for role in sorted(allowed - {"nobody"}) if place else sorted(allowed)[:1]:
            with transaction.atomic():
                url = reverse(name, kwargs=standing.places[place] if place else {})
                answer = standing.client(role).get(url)
                transaction.set_rollback(True)
            for form in forms_on(answer):
                if isinstance(form, Revised) and form.stands_already:
                    revised.add(type(form).__name__)
                elif not form.is_bound and begins_filled_in(form):
                    found[type(form).__name__] = name
    assert {form: name for form, name in found.items() if form not in CHANGE_NOTHING} == {}
    assert CHANGE_NOTHING.keys() - found.keys() == set()
    assert {"AccountForm", "PersonForm", "UnitForm", "PolicyForm", "TriageForm"} <= revised


def test_every_view_that_saves_compared_values_is_gone_through_again():
    """Where two save in the same moment, `form.saving()` raises what `compared_again` catches."""
    without = set()
    for path in (path for app in ("governance", "guidelines", "accounts") for path in Path(app).rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_") or path.stem == "revisions":
                continue
            text = ast.unparse(function)
            if ".saving()" in text and "@compared_again" not in text:
                without.add(f"{path}: {function.name}")
    assert without == set()
