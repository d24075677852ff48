"""The application in steps, each a form over some of its fields; the decision; the comment.

Forms read and show. What must be said, and what the policy allows, `accounts.applications.requirements` knows alone.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.applications.answers import PARTS
from accounts.applications.guides import GUIDES
from accounts.applications.models import TEXT_LENGTH, Application, Comment, Decision
from accounts.applications.moves import text_demanded
from accounts.applications.requirements import PEOPLE_LABELS, STEPS, Surroundings, problems, required_fields
from accounts.register.choices import Kind, Part, Purpose
from governance.pages.fields import DateField
from governance.pages.revisions import Revised
from governance.people.models import Person
from governance.platforms.models import Platform, PlatformAssessment
from governance.units.fields import UnitChoiceField
from governance.units.models import Unit

PEOPLE_AT_MOST = 20
NEVER_EMPTY = ("unit", "kind", "name")  # a draft cannot be without them, not even for a while


def _label(name: str):
    return capfirst(PEOPLE_LABELS.get(name) or Application._meta.get_field(name).verbose_name)


class UnitField(UnitChoiceField):
    """Any unit that is not closed; `offer` before use."""

    def __init__(self, **kwargs):
        super().__init__(Unit.objects.none(), label=_label("unit"), **kwargs)

    def offer(self, today: dt.date) -> None:
        self.queryset = Unit.objects.filter(Q(closed_on=None) | Q(closed_on__gt=today))


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not answered yet (None)."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs):
        choices = [("yes", _("Yes")), ("no", _("No"))]
        super().__init__(choices=choices, coerce=lambda value: value == "yes", empty_value=None, **kwargs)

    def prepare_value(self, value):
        return {True: "yes", False: "no"}.get(value, value)


class PeopleField(forms.CharField):
    """People by e-mail, one on each line; gives Persons. Names every address it cannot use."""

    widget = forms.Textarea(attrs={"autocomplete": "off", "spellcheck": "false"})

    def __init__(self, **kwargs):
        super().__init__(
            max_length=TEXT_LENGTH, help_text=_("Their e-mail addresses here, one on each line."), **kwargs
        )

    def prepare_value(self, value):
        return "\n".join(person.email for person in value) if isinstance(value, list) else value

    @staticmethod
    def words_of(emails: str) -> str:
        """Whom the field names, for people to read."""
        names = dict(Person.objects.filter(email__in=emails.splitlines()).values_list("email", "name"))
        return "\n".join(f"{names[email]} ({email})" for email in emails.splitlines() if email in names)

    def clean(self, value) -> list[Person]:
        addresses = list(dict.fromkeys(re.split(r"[\s,;]+", super().clean(value).strip().lower())))
        addresses = [address for address in addresses if address]
        if len(addresses) > PEOPLE_AT_MOST:
            raise forms.ValidationError(
                gettext("Name %(most)d people at most."), params={"most": PEOPLE_AT_MOST}, code="too_many"
            )
        known = {person.email.lower(): person for person in Person.objects.filter(email__in=addresses)}
        unknown = [address for address in addresses if address not in known]
        gone = [person.name for person in known.values() if not person.is_active]
        errors = []
        if unknown:
            text = _("Nobody here has the address %(addresses)s. Check the spelling.")
            errors.append(forms.ValidationError(text, params={"addresses": ", ".join(unknown)}))
        if gone:
            text = _("%(names)s may no longer log in. Name somebody else.")
            errors.append(forms.ValidationError(text, params={"names": ", ".join(gone)}))
        if errors:
            raise forms.ValidationError(errors)
        return [known[address] for address in addresses]


class PlatformRadios(forms.RadioSelect):
    """Those that an assessment does not allow are shown and cannot be chosen."""

    forbidden: set[int] = set()

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value and getattr(value, "value", value) in self.forbidden:
            option["attrs"]["disabled"] = True
        return option


class StepForm(Revised, forms.ModelForm):
    """One step. `surroundings` are those of the stored application, for what is shown.

    `complete` false saves what there is for later: only what is wrong is refused, not what is missing. After
    `is_valid()`, whatever it says, `answers` and `named` hold what can be kept of the fields and of the people.
    """

    template_name = "accounts/applications/application_form.html"
    step: str

    def __init__(
        self,
        data=None,
        *,
        application: Application,
        people: dict[str, list[Person]],
        surroundings: Surroundings,
        now: dt.datetime,
        complete: bool = True,
    ):
        initial = {name: people[part] for name, part in PARTS.items()}
        super().__init__(data, instance=application, initial=initial)
        self.people, self.surroundings, self.now, self.complete = people, surroundings, now, complete
        self.answers: dict[str, Any] = {}
        self.named: dict[str, list[Person]] = {}
        required = required_fields(application, surroundings.policy)
        self.order_fields(STEPS[self.step])
        for name, field in self.fields.items():
            field.required = name in required or name in NEVER_EMPTY
            field.guide = GUIDES[name]

    def stands(self):
        Application.objects.select_for_update().get(pk=self.instance.pk)  # as `save_step` does
        stands, named = super().stands(), self.instance.named()
        return stands | {name: named[part] for name, part in PARTS.items()}

    def last_change(self):
        """Steps leave no trace in the trail; the applicant alone writes them, perhaps in another window."""
        return self.instance.applicant.name, self.instance.changed_at

    def full_clean(self):
        # That something is missing is said by `problems`, by the answers as they now are; the mark at the field stays.
        marks = {name: field.required for name, field in self.fields.items()}
        for name, field in self.fields.items():
            field.required = name in NEVER_EMPTY
        super().full_clean()
        for name, field in self.fields.items():
            field.required = marks[name]

    def clean(self):
        return self.cleaned_data  # the model's uniqueness is none of a step's business

    def _post_clean(self):
        super()._post_clean()
        kept = dict(self.cleaned_data)
        for problem in self._problems():
            if problem.step == self.step and problem.field not in self.errors:
                if not problem.missing:
                    kept.pop(problem.field, None)
                elif not self.complete:
                    continue
                self.add_error(problem.field, problem.message)
        self.named = {PARTS[name]: kept.pop(name) for name in list(kept) if name in PARTS}
        self.answers = kept

    def _problems(self):
        people = self.people | {
            part: self.cleaned_data[name] for name, part in PARTS.items() if name in self.cleaned_data
        }
        return problems(self.instance, people, Surroundings.of(self.instance, self.now))


class PurposeForm(StepForm):
    step = "purpose"
    unit = UnitField()
    purposes = forms.MultipleChoiceField(
        choices=Purpose.choices, widget=forms.CheckboxSelectMultiple, label=_label("purposes")
    )

    class Meta:
        model = Application
        fields = STEPS["purpose"]
        widgets = {"kind": forms.RadioSelect, "communication": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(self.surroundings.today)
        without_blank(self, "communication")


class PlatformForm(StepForm):
    step = "platform"
    platform = forms.ModelChoiceField(
        queryset=Platform.objects.none(), widget=PlatformRadios, label=_label("platform"), empty_label=None
    )

    class Meta:
        model = Application
        fields = STEPS["platform"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field, now_allowed = self.fields["platform"], self.surroundings
        field.queryset = Platform.objects.filter(retired_on=None) | Platform.objects.filter(
            retired_on__gt=now_allowed.today
        )
        field.label_from_instance = self._stance_in_words
        field.widget.forbidden = {
            platform_id for platform_id in now_allowed.stances if not now_allowed.allows(platform_id)
        }

    def clean_handle_wanted(self):
        return self.cleaned_data["handle_wanted"].strip().removeprefix("@")

    def _stance_in_words(self, platform: Platform) -> str:
        stance = self.surroundings.stances.get(platform.pk)
        words = {"platform": platform.name, "reference": stance and stance.reference, "conditions": ""}
        if stance is None:
            return gettext("%(platform)s (not assessed yet)") % words
        if stance.stance == PlatformAssessment.Stance.NOT_ALLOWED:
            return gettext("%(platform)s (not allowed here)") % words
        if stance.stance == PlatformAssessment.Stance.CONDITIONS and stance.conditions:
            return gettext("%(platform)s, on these conditions: %(conditions)s") % {
                **words,
                "conditions": stance.conditions,
            }
        return platform.name


class PeopleForm(StepForm):
    step = "people"
    moderators = PeopleField(label=_label("moderators"))
    deputies = PeopleField(label=_label("deputies"))

    class Meta:
        model = Application
        fields = [name for name in STEPS["people"] if name not in PARTS]

    def clean(self):
        both = set(self.cleaned_data.get("moderators", ())) & set(self.cleaned_data.get("deputies", ()))
        if both:
            text = gettext("%(names)s cannot be both moderator and deputy: keep one of the two.")
            self.add_error("deputies", text % {"names": ", ".join(sorted(person.name for person in both))})
        return self.cleaned_data

    def _post_clean(self):
        super()._post_clean()
        # A person is named once: who moved from one list to the other is kept only where both lists are.
        others = {Part.LEAD: Part.DEPUTY, Part.DEPUTY: Part.LEAD}
        for part, named in list(self.named.items()):
            if others[part] not in self.named and set(named) & set(self.people[others[part]]):
                del self.named[part]


class OpennessForm(StepForm):
    step = "openness"
    pupil_contact = YesNoField(label=_label("pupil_contact"))
    alias_profile = YesNoField(label=_label("alias_profile"))
    crisis_use = YesNoField(label=_label("crisis_use"))
    hearing = YesNoField(label=_label("hearing"))

    class Meta:
        model = Application
        fields = STEPS["openness"]
        widgets = {"moderation_mode": forms.RadioSelect, "visibility": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_blank(self, "moderation_mode", "visibility")


class LawForm(StepForm):
    step = "law"
    web_page_url = forms.URLField(assume_scheme="https", max_length=300, label=_label("web_page_url"))
    assessed_on = DateField(label=_label("assessed_on"))

    class Meta:
        model = Application
        fields = STEPS["law"]


class DurationForm(StepForm):
    step = "duration"
    ends_on = DateField(label=_label("ends_on"))

    class Meta:
        model = Application
        fields = STEPS["duration"]


STEP_FORMS: dict[str, type[StepForm]] = {
    form.step: form for form in (PurposeForm, PlatformForm, PeopleForm, OpennessForm, LawForm, DurationForm)
}


def without_blank(form: forms.BaseForm, *names: str) -> None:
    """Radio buttons need no “---------” among them."""
    for name in names:
        form.fields[name].choices = [choice for choice in form.fields[name].choices if choice[0] != ""]


class StartForm(forms.Form):
    """What must be known before the first question: it decides what is asked."""

    unit = UnitField()
    kind = forms.ChoiceField(
        choices=Kind.choices, widget=forms.RadioSelect, label=_label("kind"), initial=Kind.ORDINARY
    )
    name = forms.CharField(max_length=200, label=_label("name"))
    form_token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, person: Person, today: dt.date):
        super().__init__(data, initial={"unit": person.unit_id, "form_token": uuid.uuid4()})
        self.fields["unit"].offer(today)


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        choices=[(outcome.value, outcome.verb.label) for outcome in Decision.Outcome],
        widget=forms.RadioSelect,
        label=_("Decision"),
    )
    text = forms.CharField(
        widget=forms.Textarea,
        required=False,
        max_length=TEXT_LENGTH,
        label=_("Conditions, what is missing, or grounds"),
        help_text=_("Needed unless you approve without conditions. The applicant reads it."),
    )
    # Which sending was read: a decision about a later one is refused.
    submission = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def clean(self):
        outcome, text = self.cleaned_data.get("outcome"), self.cleaned_data.get("text", "").strip()
        if outcome and outcome != Decision.Outcome.APPROVED and not text and "text" not in self.errors:
            self.add_error("text", text_demanded(Decision.Outcome(outcome)))
        return self.cleaned_data


class CommentForm(forms.ModelForm):
    form_token = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = Comment
        fields = ["text"]

    def __init__(self, data=None):
        super().__init__(data, initial={"form_token": uuid.uuid4()})

    def clean(self):
        return self.cleaned_data
