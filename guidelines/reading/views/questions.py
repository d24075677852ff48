"""Asking the information section (M53), its answers, and notes beside the rules."""

from copy import copy

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.access import Permission, can, requires, signed_in
from governance.pages.forms import form_page, posted
from governance.pages.lists import page_of
from governance.pages.revisions import Revised, compared_again
from guidelines.reading.questions import TEXT_CAP, Note, Question, ask, publish_note
from guidelines.texts.errors import GuidelineError
from guidelines.texts.guidelines import Guideline
from guidelines.texts.targets import ID_PREFIX
from guidelines.texts.versions import Version

QUESTIONS_A_PAGE = 25


class AskForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your question"),
        max_length=TEXT_CAP,
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text=gettext_lazy("Leave out names and what is confidential. You and the information section read it."),
    )
    rule = forms.ChoiceField(label=gettext_lazy("Which rule is it about?"), required=False)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    path = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)
    guideline = forms.SlugField(max_length=80, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, rules=(), **kwargs):
        super().__init__(*args, **kwargs)
        if rules:
            self.fields["rule"].choices = [("", _("The text as a whole, or I do not know")), *rules]
        else:
            del self.fields["rule"]

    def clean_path(self):
        return page_of_the_portal(self.cleaned_data["path"])


def page_of_the_portal(path: str) -> str:
    """The path where it leads to a page of ours, otherwise nothing."""
    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        return ""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else ""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Asks a question from any page (`?from=`), or about a guideline or one rule of it (`?guideline=`, `?rule=`)."""
    given = request.POST if request.method == "POST" else request.GET
    slug = given.get("guideline", "").replace("\x00", "")
    guideline = Guideline.objects.visible_to(request.user).filter(slug=slug).first()
    rules = rules_of(guideline) if guideline else []
    initial = {
        "key": get_random_string(32),
        "path": page_of_the_portal(request.GET.get("from", "")[:300]),
        "guideline": guideline.slug if guideline else "",
        "rule": request.GET.get("rule", ""),
    }
    form = AskForm(posted(request), initial=initial, rules=rules)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        question = ask(
            request.user,
            data["text"],
            key=data["key"],
            path=data["path"],
            guideline=guideline,
            anchor=data.get("rule", ""),
            now=timezone.now(),
        )
        messages.success(request, _("Your question is with the information section. You are told when it is answered."))
        return redirect(question)
    context = {
        "title": _("Ask the information section"),
        "lead": _("Being unsure is reason enough to ask."),
        "form": form,
        "submit": _("Ask"),
        "crumbs": [(_("Questions"), reverse("guidelines:questions"))],
        "cancel": initial["path"] or reverse("guidelines:questions"),
    }
    return form_page(request, **context)


def rules_of(guideline) -> list[tuple[str, str]]:
    """(anchor, words) of the rules in force, in the reader's language."""
    version = guideline.in_force()
    text = version.text_in(get_language()) if version else None
    return [(place.anchor, place.text[:120]) for place in text.rendered().rules] if text else []


@signed_in
@require_safe
def questions(request):
    """One's own questions; the section has everybody's, the open ones first."""
    answers = can(request.user, Permission.PUBLISH_GUIDELINES)
    rows = Question.objects.visible_to(request.user).select_related("asked_by", "answered_by", "guideline")
    waiting = rows.open().count()
    show = request.GET.get("show") or ("open" if answers and waiting else "all")
    if show == "open":
        rows = rows.open().order_by("asked_at", "pk")
    elif show == "answered":
        rows = rows.exclude(answered_at=None)
    context = {
        "title": _("Questions to the information section") if answers else _("My questions"),
        "page": page_of(request, rows, QUESTIONS_A_PAGE),
        "show": show,
        "shows": [
            (
                "open",
                ngettext("%(count)d without an answer", "%(count)d without an answer", waiting) % {"count": waiting},
            ),
            ("answered", _("Answered")),
            ("all", _("All")),
        ],
        "answers": answers,
    }
    return render(request, "guidelines/reading/questions.html", context)


class AnswerForm(Revised, forms.ModelForm):
    answer = forms.CharField(
        label=gettext_lazy("Answer"), max_length=TEXT_CAP, widget=forms.Textarea(attrs={"rows": "8"})
    )

    class Meta:
        model = Question
        fields = ["answer"]


@signed_in
@require_safe
def question(request, pk):
    return _page(request, _found(request, pk))


@requires(Permission.PUBLISH_GUIDELINES)
@require_POST
@compared_again
def answer(request, pk):
    """Answers, or mends the answer. With an error the question's page comes again, with what was written."""
    found = _found(request, pk)
    form = AnswerForm(request.POST, instance=copy(found))
    if form.is_valid():
        try:
            with form.saving():
                seen, now = found.stamp, timezone.now()
                changed = found.give_answer(**form.cleaned_data, seen=seen, by=request.user, now=now)
        except GuidelineError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The answer is sent.") if changed else _("Nothing was changed."))
            return redirect(found)
    return _page(request, found, form)


def _page(request, found, form=None):
    if form is None and can(request.user, Permission.PUBLISH_GUIDELINES):
        form = AnswerForm(instance=copy(found))
    context = {
        "title": _("Question"),
        "question": found,
        "form": form,
        "rule": dict(rules_of(found.guideline)).get(found.anchor) if found.guideline and found.anchor else "",
        "rule_id": f"{ID_PREFIX}{found.anchor}",
        "note": Note.objects.standing().filter(came_from=found).select_related("guideline").first(),
        "may_withdraw": found.asked_by_id == request.user.pk and found.answered_at is None,
    }
    return render(request, "guidelines/reading/question.html", context, status=422 if form and form.errors else 200)


def _found(request, pk) -> Question:
    rows = Question.objects.visible_to(request.user).select_related("asked_by", "answered_by", "guideline")
    return get_object_or_404(rows, pk=pk)


@signed_in
@require_POST
def withdraw(request, pk):
    found = get_object_or_404(Question, pk=pk, asked_by=request.user)
    try:
        found.withdraw(by=request.user, now=timezone.now())
    except GuidelineError as error:
        messages.warning(request, str(error))
        return redirect(found)
    messages.success(request, _("The question is withdrawn."))
    return redirect("guidelines:questions")


class NoteForm(Revised, forms.Form):
    """What stands beside the rule, or else what it begins with: the question and its answer."""

    place = forms.ChoiceField(label=gettext_lazy("Beside"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    question = forms.CharField(label=gettext_lazy("Question"), max_length=300)
    answer = forms.CharField(
        label=gettext_lazy("Answer"), max_length=TEXT_CAP, widget=forms.Textarea(attrs={"rows": "8"})
    )

    stands_already = True

    def __init__(self, *args, source: Question, **kwargs):
        self.source, self.note = source, self._note(source)
        super().__init__(*args, initial=self._words(), **kwargs)
        self.fields["place"].choices = _places()

    @staticmethod
    def _note(source: Question) -> Note | None:
        return Note.objects.standing().filter(came_from=source).select_related("guideline", "published_by").first()

    def _words(self) -> dict:
        if note := self.note:
            place = _place(note.guideline, note.anchor)
            return {"place": place, "language": note.language, "question": note.question, "answer": note.answer}
        return {
            "place": _place(self.source.guideline, self.source.anchor),
            "language": self.source.asked_by.language,
            "question": " ".join(self.source.text.split())[:300],
            "answer": self.source.answer,
        }

    def stands(self):
        source = Question.objects.select_for_update(of=("self",)).select_related("asked_by", "guideline")
        return NoteForm(source=source.get(pk=self.source.pk)).initial

    def last_change(self):
        return (self.note.published_by.name, self.note.published_at) if self.note else None


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def note(request, pk):
    """Makes a note beside a rule of an answered question. Words may differ: everybody reads them."""
    found = get_object_or_404(Question.objects.exclude(answered_at=None).select_related("guideline", "asked_by"), pk=pk)
    form = NoteForm(posted(request), source=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        slug, _sign, anchor = data.pop("place").partition("#")
        guideline = get_object_or_404(Guideline, slug=slug)
        with form.saving():
            _note, changed = publish_note(found, guideline, anchor=anchor, by=request.user, now=timezone.now(), **data)
        messages.success(request, _("The note is published.") if changed else _("Nothing was changed."))
        return redirect(f"{guideline.get_absolute_url()}#notes")
    context = {
        "title": _("Publish as a note"),
        "lead": _("Everybody reads the note beside the rule. Leave out who asked, and what could tell it."),
        "form": form,
        "submit": _("Publish"),
        "crumbs": [
            (_("Questions"), reverse("guidelines:questions")),
            (_("Question"), found.get_absolute_url()),
        ],
        "cancel": found.get_absolute_url(),
    }
    return form_page(request, **context)


def _place(guideline, anchor) -> str:
    return f"{guideline.slug}#{anchor}" if guideline else ""


def _places():
    """Every guideline in force with its rules, for a choice; in two queries."""
    groups = []
    for version in Version.objects.in_force().select_related("guideline").prefetch_related("texts"):
        text, slug = version.text_in(get_language()), version.guideline.slug
        rules = [(f"{slug}#{place.anchor}", place.text[:120]) for place in text.rendered().rules]
        groups.append((text.title, [(f"{slug}#", _("The text as a whole")), *rules]))
    return groups


@requires(Permission.PUBLISH_GUIDELINES)
@require_POST
def note_remove(request, pk):
    found = get_object_or_404(Note.objects.select_related("guideline"), pk=pk)
    removed = found.remove(by=request.user, now=timezone.now())
    messages.success(request, _("The note is removed.") if removed else _("The note was removed already."))
    return redirect(found.guideline)
