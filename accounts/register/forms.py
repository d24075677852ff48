"""Forms about an account: its facts, its address, and the filters above the register."""

import datetime as dt

from django import forms
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.duty.presence import absentees
from accounts.moderators.models import Assignment
from accounts.platforms.servers import address_server
from accounts.register import events
from accounts.register.checklists import Check
from accounts.register.choices import Kind, Part
from accounts.register.identity import Known, settle
from accounts.register.models import OfficialAccount, State
from accounts.register.refusals import NoProfile, Wrong
from governance.audit.models import record
from governance.pages.fields import DateField, DateTimeField
from governance.pages.revisions import Revised
from governance.people.fields import PersonField
from governance.people.models import Person
from governance.platforms.models import Platform
from governance.policy.kinds import is_within
from governance.policy.models import Policies
from governance.units.fields import UnitChoiceField
from governance.units.models import Tree, Unit


class _AddressChecks(Revised, forms.ModelForm):
    """Whatever way an account is written, it is kept in one; another account’s already is refused by name."""

    # Also what is no address to a browser: “@name@server”, “<…>” from a mail.
    url = forms.CharField(label=_("Address"), max_length=2000, required=False)
    web_page_url = forms.URLField(
        label=_("Web page with the same information"), max_length=300, required=False, assume_scheme="https"
    )
    # Asked where the e-mail lies outside the body's own domains, and only then.
    own_all_the_same = forms.BooleanField(label=_("The body owns this address all the same"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = [name for name in self.fields if name != "own_all_the_same"]
        names.insert(names.index("contact_email") + 1, "own_all_the_same")
        self.order_fields(names)
        if not self.is_bound:
            del self.fields["own_all_the_same"]

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        self.vouched = self._is_outside(cleaned)
        if not self.vouched:
            del self.fields["own_all_the_same"]
        elif not cleaned.get("own_all_the_same"):
            domains = ", ".join(self._own_domains(cleaned))
            text = _("The e-mail lies outside the body’s own domains (%(domains)s). Use another, or tick this.")
            self.add_error("own_all_the_same", forms.ValidationError(text, params={"domains": domains}))
        return cleaned

    def _is_outside(self, cleaned) -> bool:
        """Whether the e-mail is new here, and at none of the domains that policy calls the body's own."""
        email, domains = cleaned.get("contact_email"), self._own_domains(cleaned)
        # `clean` comes before what was typed is written into the account.
        changed = email != self.instance.contact_email or self._unit_of(cleaned) != self.instance.unit_id
        return bool(email and domains and changed) and not is_within(email, domains)

    def _unit_of(self, cleaned) -> int | None:
        unit = cleaned.get("unit")
        return unit.pk if unit else self.instance.unit_id

    def _own_domains(self, cleaned) -> list[str]:
        unit = self._unit_of(cleaned)
        return Policies.load().for_unit(unit).own_domains if unit else []

    def write(self, *, by: Person, now: dt.datetime, old: dict | None = None) -> bool:
        """`OfficialAccount.write`; that somebody answered for an e-mail outside the body's domains is kept too."""
        with transaction.atomic():
            written = self.instance.write(by=by, now=now, old=old)
            if written and self.vouched:
                email = {"contact_email": self.instance.contact_email}
                record(events.EMAIL_VOUCHED_FOR, self.instance, by=by, now=now, after=email)
        return written

    def _post_clean(self):
        """Handle, id and address in their best form: what one of them holds need not be typed again."""
        platform = self.cleaned_data.get("platform") or (self.instance.platform if self.instance.platform_id else None)
        if platform:
            given = {name: self.cleaned_data.get(name) or "" for name in ("handle", "url", "external_id")}
            try:
                settled = self._settled(platform, given)
            except NoProfile as problem:
                self.add_error(problem.field if problem.field in self.fields else None, str(problem))
            else:
                self.cleaned_data |= {name: getattr(settled, name) for name in given if name in self.fields}
        super()._post_clean()

    def _settled(self, platform, given):
        """Raises NoProfile. Where only the servers of handle and address differ, they are asked."""
        known = Known.load()
        try:
            return settle(platform, known=known, **given)
        except NoProfile as problem:
            if problem.wrong != Wrong.DIFFER:
                raise
            server = address_server(platform, given["handle"], given["url"], timezone.now())
            if not server:
                raise
            self.instance.address_server = server
            return settle(platform, known=known, address_server=server, **given)


class AccountForm(_AddressChecks):
    """All facts of an account."""

    editor = PersonField(
        label=_("Editor"),
        required=False,
        help_text=_("Answers for the account as a whole. E-mail address or name."),
    )
    unit = UnitChoiceField(Unit.objects.all())
    ends_on = DateField(label=_("Ends on"), required=False)

    class Meta:
        model = OfficialAccount
        fields = [
            "platform",
            "name",
            "handle",
            "url",
            "external_id",
            "unit",
            "kind",
            "ends_on",
            "purpose",
            "audience",
            "communication",
            "language",
            "editor",
            "contact_email",
            "web_page_url",
            "moderation_mode",
            "visibility",
            "pupil_contact",
            "crisis_use",
            "hearing",
            "can_remove",
            "topics_not_commented",
        ]
        help_texts = {
            "contact_email": _("A shared address that the body owns, never a person’s own."),
            "handle": _("Without @. On Mastodon with the server, such as name@example.social."),
            "ends_on": _("For projects, campaigns and trials."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["platform"].queryset = Platform.objects.filter(Q(retired_on=None) | Q(pk=self.instance.platform_id))
        self.fields["communication"].label = _("Information, dialogue or both")


class RegisterForm(AccountForm):
    """An account that exists already: its address is what makes it real."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["url"].required = True


class AddressForm(_AddressChecks):
    """What the applicant registers once the account exists on the platform."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        help_text=_("Copy it from the address bar while you look at the account."),
    )

    class Meta:
        model = OfficialAccount
        fields = ["url", "handle", "external_id", "contact_email", "web_page_url"]
        help_texts = {
            "handle": AccountForm.Meta.help_texts["handle"],
            "external_id": _("A number or code that stays when the handle changes, if you know it."),
            "contact_email": AccountForm.Meta.help_texts["contact_email"],
        }


class CheckForm(forms.Form):
    """One item of a checklist, ticked or taken back."""

    item = forms.TypedChoiceField(choices=Check.Item.choices, coerce=Check.Item)
    done = forms.BooleanField(required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class ReasonForm(forms.Form):
    """For what needs a reason before it is done."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": "3"}))


class Lacking:
    MODERATOR, DEPUTY, PRESENT, CONFIRMATION = "moderator", "deputy", "present", "confirmation"
    choices = [
        (MODERATOR, _("Without a moderator")),
        (DEPUTY, _("Without a deputy")),
        (PRESENT, _("Everybody is away now")),
        (CONFIRMATION, _("Not confirmed yet")),
    ]


class PublicFilter(forms.Form):
    """The filters above the public register, in the address as `?q=&platform=`."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    platform = forms.ChoiceField(label=_("Platform"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["platform"].choices = [("", _("All")), *Platform.objects.values_list("code", "name")]

    def narrow(self, accounts):
        self.is_valid()  # what does not hold counts as not said
        if words := self.cleaned_data.get("q"):
            accounts = self.search(accounts, words)
        if platform := self.cleaned_data.get("platform"):
            accounts = accounts.filter(platform__code=platform)
        return accounts

    def search(self, accounts, words: str):
        return accounts.matching_publicly(words)


class RegisterFilter(PublicFilter):
    """The filters above the register, in the address as `?q=&platform=&unit=&state=&kind=&lacking=`."""

    unit = UnitChoiceField(Unit.objects.all(), label=_("Unit, and those below it"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *State.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Kind.choices])
    lacking = forms.ChoiceField(label=_("Lacking"), required=False, choices=[("", _("All")), *Lacking.choices])

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now

    def narrow(self, accounts):
        accounts = super().narrow(accounts)
        if unit := self.cleaned_data.get("unit"):
            accounts = accounts.filter(unit__in=Tree.load().below(unit.pk))
        for name in ("state", "kind"):
            if chosen := self.cleaned_data.get(name):
                accounts = accounts.filter(**{name: chosen})
        if lacking := self.cleaned_data.get("lacking"):
            accounts = self.lacks(accounts, lacking)
        return accounts

    def search(self, accounts, words: str):
        return accounts.matching(words)

    def lacks(self, accounts, what: str):
        if what == Lacking.CONFIRMATION:
            return accounts.filter(pk__in=OfficialAccount.objects.unconfirmed().order_by().values("pk"))
        current = Assignment.objects.current(timezone.localdate(self.now)).filter(account=OuterRef("pk")).order_by()
        if what == Lacking.DEPUTY:
            current = current.filter(part=Part.DEPUTY)
        if what == Lacking.PRESENT:
            current = current.exclude(person__in=absentees(self.now))
        return accounts.exclude(state=State.RETIRED).filter(~Exists(current))


class PauseForm(forms.Form):
    """A pause has a reason and an end (M19, M20)."""

    starts_at = DateTimeField(
        label=_("From"), required=False, help_text=_("dd.mm.yyyy hh:mm. Now, if you leave it empty.")
    )
    ends_at = DateTimeField(label=_("Until"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("The public reads it, so write it in the language of the account. Name no illness and no person."),
    )

    def __init__(self, *args, now, **kwargs):
        self.now = now
        super().__init__(*args, **kwargs)

    def clean_starts_at(self):
        return self.cleaned_data["starts_at"] or self.now

    def clean_ends_at(self):
        ends_at = self.cleaned_data["ends_at"]
        if ends_at <= self.now:
            raise forms.ValidationError(
                _("%(moment)s has passed already."),
                params={"moment": timezone.localtime(ends_at).strftime("%d.%m.%Y %H:%M")},
            )
        return ends_at

    def clean(self):
        starts_at, ends_at = self.cleaned_data.get("starts_at"), self.cleaned_data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The pause must end after it begins, and in the future."))
