"""The forms' own look."""

from django import forms


class Texts(forms.Form):
    short = forms.CharField(widget=forms.Textarea)
    long = forms.CharField(widget=forms.Textarea(attrs={"rows": "24"}))


def test_a_text_field_starts_small_unless_its_form_says_otherwise():
    form = Texts()
    assert 'rows="4"' in str(form["short"])
    assert 'rows="24"' in str(form["long"])
    assert "cols=" not in str(form)
