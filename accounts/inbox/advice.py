"""What the guidelines say to do with a post, from the policy's table (K9), and the ready texts that go with it.

The portal advises; the moderator decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.inbox.models import Post
from accounts.register.statement import answering_time, opening_hours
from governance.policy.advice import Action, key_of
from governance.policy.models import Policy
from guidelines.ready_texts.models import PLACEHOLDERS, ReadyText, fill, missing

Tone, Concern, Outcome, Kind = Post.Tone, Post.Concern, Post.Outcome, ReadyText.Kind

# What cannot wait comes first, and what the post touches before what it is.
URGENT_FIRST = [
    Concern.CHILD,
    Concern.MALICIOUS_LINK,
    Concern.OFFENSIVE,
    Concern.CONFIDENTIAL,
    Concern.BULLYING,
    Concern.REPUTATION,
    Concern.POLITICAL,
    Concern.CASE,
    Concern.HEARING,
    *Tone,
]

# Where a concern leads to one of these, it settles the post: how to answer such a tone is then no question any more.
SETTLES = frozenset(
    {
        Action.FORMAL,
        Action.POLITICAL,
        Action.SECTION,
        Action.NOT_HERE,
        Action.REMOVE,
        Action.REMOVE_AND_WARN,
        Action.REPORT,
    }
)

OUTCOMES = {
    Action.ANSWER: Outcome.ANSWERED,
    Action.THANK: Outcome.ANSWERED,
    Action.TRY: Outcome.ANSWERED,
    Action.CORRECT: Outcome.ANSWERED,
    Action.MAY_ANSWER: Outcome.NO_ANSWER_NEEDED,
    Action.LEAVE: Outcome.NO_ANSWER_NEEDED,
    Action.FORMAL: Outcome.REFERRED_FORMAL,
    Action.NOT_HERE: Outcome.REFERRED_FORMAL,
    Action.POLITICAL: Outcome.REFERRED_POLITICAL,
    Action.SECTION: Outcome.REFERRED_SECTION,
    Action.REMOVE: Outcome.REMOVED,
    Action.REMOVE_AND_WARN: Outcome.REMOVED,
    Action.JOURNAL: Outcome.JOURNALLED,
}

TEXTS = {
    Action.FORMAL: [Kind.FORMAL],
    Action.POLITICAL: [Kind.POLITICAL],
    Action.SECTION: [Kind.SECTION, Kind.HOLDING],
    Action.NOT_HERE: [Kind.CONFIDENTIAL],
    Action.REMOVE: [Kind.REMOVED],
    Action.REMOVE_AND_WARN: [Kind.REMOVED],
    Action.BULLYING: [Kind.BULLYING],
    Action.REPORT: [Kind.CHILD],
    Action.JOURNAL: [Kind.HEARING],
    Action.LEAVE: [],
}
# To the other actions: an answer fits what is answered.
TEXTS_TO = {
    Tone.QUESTION: [Kind.OFFICIAL, Kind.HOLDING],
    Tone.POSITIVE: [Kind.THANKS],
    Tone.NEUTRAL: [Kind.THANKS, Kind.OFFICIAL],
    Tone.NEGATIVE: [Kind.NEGATIVE, Kind.HOLDING],
    Tone.FACTUAL_ERROR: [Kind.CORRECTION, Kind.OFFICIAL],
}

# What to know when doing it.
HINTS = {
    Action.LEAVE: _("Close it as “No answer needed”, and note why."),
    Action.FORMAL: _("No case is handled on social media: show the way, and ask for nothing personal."),
    Action.SECTION: _("The information section is told and has its own deadline. Unsure counts as yes."),
    Action.NOT_HERE: _("Say nothing about persons or cases, not even that you know them."),
    Action.REMOVE: _(
        "Remove what breaks the rules, not what you disagree with: too much removed looks like censorship."
    ),
    Action.REMOVE_AND_WARN: _("Do not open the link."),
    Action.BULLYING: _("Follow the school’s own procedure, and point to help."),
    Action.REPORT: _(
        "The duty to report is your own and cannot be left to others; it holds for what you learn on social media too. "
        "Report it in the form, not here: nothing about it is kept in the portal."
    ),
    Action.JOURNAL: _("It is registered in the archive before it is closed."),
}


@dataclass(frozen=True)
class Advice:
    """One thing to do: `about` is the tone or concern, `outcome` what it suggests ("" where it suggests none)."""

    about: str
    action: Action
    rules: tuple[str, ...]
    texts: tuple[ReadyText.Kind, ...]
    outcome: str

    @property
    def words(self) -> str:
        return str(self.action.label)

    @property
    def about_words(self) -> str:
        return str((Tone if self.about in Tone.values else Concern)(self.about).label)

    @property
    def hint(self) -> str:
        return str(HINTS.get(self.action, ""))


def advise(tone: str, concerns: Iterable[str], policy: Policy) -> list[Advice]:
    """What to do with such a post, the most urgent first; nothing before it is said what it is (`tone` "")."""
    rows = {tone, *concerns} - {""}
    advice = [_row(row, policy) for row in URGENT_FIRST if row in rows]
    if any(row.action in SETTLES for row in advice if row.about not in Tone.values):
        return [row for row in advice if row.about not in Tone.values]
    return advice


def _row(row: str, policy: Policy) -> Advice:
    cell = getattr(policy, key_of(row))
    action = Action(cell["action"])
    outcome = OUTCOMES.get(action, "")
    if action == Action.JOURNAL and row == Concern.HEARING and not policy.hearing_journals_all:
        outcome = ""
    texts = TEXTS[action] if action in TEXTS else TEXTS_TO.get(row, [Kind.HOLDING])
    return Advice(row, action, tuple(cell["rules"]), tuple(texts), outcome)


# --- ready texts ----------------------------------------------------------------------------------------

# What the portal may not know, in words.
LACKING = {
    "child_form": _("the address of the form for a concern for a child"),
    "web_page": _("the address of the web page"),
    "response_time": _("the time to answer"),
}

# As platforms write them, without what follows a hyphen.
LANGUAGES = {"nb": "nb", "no": "nb", "nn": "nn", "da": "da", "en": "en-gb"}


def language_of(post: Post) -> str:
    """The language to answer in: the post's own where we write it, else the account's."""
    return LANGUAGES.get(post.language.lower().partition("-")[0], post.account.language)


def filled_texts(
    post: Post,
    kinds: Iterable[ReadyText.Kind],
    language: str,
    policy: Policy,
    tone: str = ReadyText.Tone.FRIENDLY,
) -> list[ReadyText]:
    """The texts of these kinds in that language and tone, in order, each with `filled` and what it lacks. One query."""
    kinds = list(dict.fromkeys(kinds))
    texts = list(ReadyText.objects.filter(kind__in=kinds, language=language, tone=tone))
    values = _values(post, language, policy)
    for text in texts:
        text.filled = fill(text.body, values)
        text.lacks = [str(LACKING.get(name, PLACEHOLDERS[name])) for name in missing(text.body, values)]
    return sorted(texts, key=lambda text: kinds.index(text.kind))


def _values(post: Post, language: str, policy: Policy) -> dict[str, str]:
    """Where a contact is not known, the unit itself stands for it; for an address nothing can."""
    account, unit = post.account, post.account.unit.name
    return {
        "body": settings.BODY_NAME,
        "unit": unit,
        "account": account.name,
        "platform": account.platform.name,
        "author": post.author,
        "opening_hours": opening_hours(policy),
        "formal_inquiry": policy.formal_inquiry_address or unit,
        "political_contact": policy.political_contact or unit,
        "child_form": policy.child_concern_url,
        "web_page": account.web_page_url,
        "response_time": answering_time(policy, language),
    }
