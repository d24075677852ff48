"""The form by which everything of one person is handed to another."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.people.fields import PersonField


class HandOverForm(forms.Form):
    """Which roles, and which accounts as their editor; to whom; and why the old ones end."""

    EDITOR = "editor-"  # before an account's id; a role stands as its id alone
    TOKEN = "token-"

    roles = forms.MultipleChoiceField(label=_("Roles to hand over"), widget=forms.CheckboxSelectMultiple)
    to = PersonField(label=_("Who takes them"))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": "2"}))

    def __init__(self, *args, rows, edited, tokens, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows, self.person = {str(row.pk): row for row in rows}, person
        self.tokens = {f"{self.TOKEN}{token.pk}": token for token in tokens}
        self.edited = {f"{self.EDITOR}{account.pk}": account for account in edited}
        self.fields["roles"].choices = [
            (pk, f"{row.get_part_display()}, {row.account} ({row.account.unit})") for pk, row in self.rows.items()
        ] + [(key, f"{_('Editor')}, {account} ({account.unit})") for key, account in self.edited.items()]
        self.fields["roles"].choices += [
            (key, _("API token “%(name)s”") % {"name": token}) for key, token in self.tokens.items()
        ]
        self.fields["roles"].initial = [*self.rows, *self.edited, *self.tokens]

    def clean_to(self):
        to = self.cleaned_data["to"]
        if to == self.person:
            raise forms.ValidationError(_("That is the person who holds them. Choose another one."))
        return to

    def chosen(self) -> list:
        return [self.rows[key] for key in self.cleaned_data["roles"] if key in self.rows]

    def chosen_as_editor(self) -> list:
        return [self.edited[key] for key in self.cleaned_data["roles"] if key in self.edited]

    def chosen_tokens(self) -> list:
        return [self.tokens[key] for key in self.cleaned_data["roles"] if key in self.tokens]
