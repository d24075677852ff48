"""Forms of the inbox: what to show, a name for that choice, and what to do with several posts."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.inbox.models import Post, SavedView
from accounts.inbox.worklist import CLAIMED, FREE, NOT_YET, Scope, Show
from accounts.register.fields import AccountField
from accounts.register.models import OfficialAccount
from governance.access import Permission, can
from governance.pages.choosers import ChooserField
from governance.pages.fields import DateField
from governance.people.models import Person
from governance.platforms.models import Platform
from governance.units.fields import UnitChoiceField

# Which posts the list shows then, in a sentence.
SHOWN = {
    Scope.MINE: _("You see what you have taken on, and the posts on accounts where you are on duty now."),
    Scope.ACCOUNTS: _("You see the posts on your own accounts, also where somebody else is on duty."),
    Scope.ALL: _("You see all posts that you may see."),
    Scope.SECTION: _("You see what waits for the information section."),
}


ALL = [("", _("All"))]


class InboxFilter(forms.Form):
    """What the inbox shows. Lives in the address; what does not hold there counts as not said."""

    scope = forms.ChoiceField(required=False, choices=Scope, widget=forms.HiddenInput)
    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("Show"), required=False, choices=Show)
    account = AccountField(among="posts", required=False)
    platform = forms.ModelChoiceField(Platform.objects.all(), label=_("Platform"), required=False)
    unit = UnitChoiceField(label=_("Unit"), required=False, help_text=_("Those below it too."))
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=ALL + Post.Kind.choices)
    tone = forms.ChoiceField(
        label=_("What it is"), required=False, choices=[*ALL, (NOT_YET, _("Not said yet")), *Post.Tone.choices]
    )
    concern = forms.ChoiceField(label=_("What it touches"), required=False, choices=ALL + Post.Concern.choices)
    claimed = forms.ChoiceField(
        label=_("Taken on"), required=False, choices=[*ALL, (CLAIMED, _("By somebody")), (FREE, _("By nobody"))]
    )
    since = DateField(label=_("Posted since"), required=False)

    def __init__(self, data, *, person, now):
        super().__init__(data)
        self.fields["account"].queryset = OfficialAccount.objects.posts_visible_to(person, now=now)
        self.fields["platform"].empty_label = _("All")
        self.for_section = can(person, Permission.ANSWER_FOR_SECTION, now=now)

    def chosen(self) -> dict:
        """{field: value} of all that was said and holds."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def query(self, **other: str) -> str:
        """The choice as a query string, without what says nothing; `other` replaces what was said."""
        query = QueryDict(mutable=True)
        said = {name: self.data[name] for name in self.chosen()} | other
        query.update({name: value for name, value in said.items() if value})
        return query.urlencode()

    def scopes(self) -> list[tuple[str, str, bool]]:
        """(words, query string, whether it is the present one) of each answer to whose posts."""
        offered = [scope for scope in Scope if scope != Scope.SECTION or self.for_section]
        return [(scope.label, self.query(scope=scope.value), scope == self.whose()) for scope in offered]

    def whose(self) -> Scope:
        """Whose posts: all, where the rest of the choice says nothing of it."""
        scope = Scope(self.chosen().get("scope", Scope.ALL))
        return Scope.ALL if scope == Scope.SECTION and not self.for_section else scope

    def shown(self) -> str:
        return SHOWN[self.whose()]

    def in_words(self) -> list[str]:
        """What narrows the list, each as “Kind: Comment”; whose posts they are is said elsewhere."""
        words: list[str] = []
        for name, value in self.chosen().items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField | ChooserField):
                words.append(f"{field.label}: {value}")
            elif name != "scope":
                words.append(f"{field.label}: {dict(getattr(field, 'choices', ())).get(value, self.data[name])}")
        return words


class SavedViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ["name"]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


# What can be done with several posts at once: `close:` and `tone:` say as what. What takes more than a choice
# (removing, giving to the section) is done on the post's own page.
CLOSINGS = [
    Post.Outcome.NO_ANSWER_NEEDED,
    Post.Outcome.ANSWERED,
    Post.Outcome.REFERRED_FORMAL,
    Post.Outcome.REFERRED_POLITICAL,
    Post.Outcome.JOURNALLED,
]
DEEDS = [
    ("claim", _("Take on")),
    ("release", _("Release")),
    ("hand_over", _("Hand over …")),
    (_("Close as"), [(f"close:{outcome}", outcome.label) for outcome in CLOSINGS]),
    (_("It is"), [(f"tone:{tone}", tone.label) for tone in Post.Tone]),
]


class SeveralForm(forms.Form):
    what = forms.ChoiceField(label=_("With those chosen"), choices=[("", _("Choose …")), *DEEDS], required=False)


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(Person.objects.none(), label=_("Hand over to"))

    def __init__(self, data=None, *, people):
        super().__init__(data)
        self.fields["to"].queryset = people
