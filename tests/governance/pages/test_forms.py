"""The forms' own look."""

from django import forms


class Texts(forms.Form):
    short = forms.CharField(widget=forms.Textarea)
    long = forms.CharField(widget=forms.Textarea(attrs={"rows": "24"}))


class Choices(forms.Form):
    one = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    some = forms.MultipleChoiceField(choices=[("c", "C"), ("d", "D")], widget=forms.CheckboxSelectMultiple)
    yes = forms.BooleanField()
    word = forms.CharField()


def test_each_of_several_to_choose_among_has_the_look_too():
    page = str(Choices())
    assert page.count("<input") == page.count('class="ds-input"') == 6


def test_a_text_field_starts_small_unless_its_form_says_otherwise():
    form = Texts()
    assert 'rows="4"' in str(form["short"])
    assert 'rows="24"' in str(form["long"])
    assert "cols=" not in str(form)
