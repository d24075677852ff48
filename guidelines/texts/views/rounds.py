"""A comment round: opening and closing it, reading the draft with what others think, and commenting."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.access import Permission, can, requires, signed_in
from governance.pages.forms import form_page, posted
from governance.pages.revisions import compared_again
from guidelines.texts.errors import GuidelineError
from guidelines.texts.forms import CommentForm, RoundForm
from guidelines.texts.guidelines import Guideline
from guidelines.texts.markdown import render as render_markdown
from guidelines.texts.parts import parts_of
from guidelines.texts.rounds import Comment, CommentRound
from guidelines.texts.versions import Version
from guidelines.texts.views.drafts import open_draft


@requires(Permission.PUBLISH_GUIDELINES)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def open_round(request, slug):
    """Opens the draft to everyone's comments until a time, or moves that time."""
    _guideline, found = open_draft(slug)
    now = timezone.now()
    form = RoundForm(posted(request), draft=found, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            with form.saving():
                CommentRound.open_for(found, until=form.cleaned_data["until"], by=request.user, now=now)
        except GuidelineError as error:
            form.add_error("until", str(error))
        else:
            messages.success(request, _("The draft is open for comments."))
            return redirect("guidelines:discussion", slug)
    context = {
        "title": _("Comment round"),
        "form": form,
        "lead": _(
            "Until then everyone who logs in may read the draft and comment its rules. Those it is for are told."
        ),
        "submit": _("Move the end") if form.current else _("Open the round"),
        "crumbs": [
            (_("Guidelines"), reverse("guidelines:guidelines")),
            (_("Draft"), reverse("guidelines:draft", args=[slug])),
        ],
        "cancel": reverse("guidelines:draft", args=[slug]),
    }
    return form_page(request, **context)


@requires(Permission.PUBLISH_GUIDELINES)
@require_POST
def close_round(request, slug):
    guideline = get_object_or_404(Guideline, slug=slug)
    drafts = guideline.versions.drafts()
    current = CommentRound.objects.filter(version__in=drafts, closed_at=None).first()
    if current and current.close(by=request.user, now=timezone.now()):
        messages.success(request, _("The comment round is closed. The comments stay here."))
    else:
        messages.info(request, _("The comment round was closed already."))
    return redirect("guidelines:draft" if drafts.exists() else "guidelines:guideline", slug)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def discussion(request, slug):
    """The draft with the comments beside its rules. Others than those who write see it while a round is open."""
    now = timezone.now()
    found = get_object_or_404(
        Version.objects.drafts().select_related("guideline").prefetch_related("texts"), guideline__slug=slug
    )
    current = CommentRound.objects.open(now).filter(version=found).first()
    text = found.text_in(request.GET.get("language") or get_language())
    if text is None or not (current or can(request.user, Permission.PUBLISH_GUIDELINES)):
        raise Http404
    parts = parts_of(text.body)
    form = CommentForm(posted(request), parts=parts, initial={"anchor": request.GET.get("about", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            _comment, new = Comment.write(
                found, language=text.language, anchor=data["anchor"], text=data["text"], by=request.user, now=now
            )
        except GuidelineError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you for your comment.") if new else _("You have said this already."))
            return redirect(f"{request.path}?language={text.language}")
    return _page(request, found, text, current, form)


@requires(Permission.PUBLISH_GUIDELINES)
@require_safe
def comments(request, slug, number):
    """What was said of a version while it was a draft."""
    found = get_object_or_404(
        Version.objects.published().select_related("guideline").prefetch_related("texts"),
        guideline__slug=slug,
        number=number,
    )
    text = found.text_in(request.GET.get("language") or get_language())
    if text is None:
        raise Http404
    return _page(request, found, text)


def _page(request, version, text, current=None, form=None):
    beside, others = _beside(parts_of(text.body), version)
    is_draft = version.published_at is None
    context = {
        "title": (_("Comment: %(title)s") if is_draft else _("Comments: %(title)s")) % {"title": text.title},
        "guideline": version.guideline,
        "round": current,
        "draft": version if is_draft and can(request.user, Permission.PUBLISH_GUIDELINES) else None,
        "text": text,
        "texts": version.texts.all(),
        "rows": beside,
        "others": others,
        "form": form,
    }
    return render(request, "guidelines/texts/discussion.html", context, status=422 if form and form.errors else 200)


def _beside(parts, version):
    """Each part as it is shown with the comments on it, whatever language they were written beside; and the rest."""
    comments: dict[str, list] = {}
    for comment in version.comments.select_related("author"):
        comments.setdefault(comment.anchor, []).append(comment)
    rows = [
        (part, render_markdown(part.source).html, comments.pop(part.anchor, []) if part.anchor else [])
        for part in parts
    ]
    # On the draft as a whole, and on rules that are no longer there.
    return rows, sorted((one for rest in comments.values() for one in rest), key=lambda one: (one.at, one.pk))
