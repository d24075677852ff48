"""Who has acknowledged what: the section sees everybody, a leader the own people."""

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.access import signed_in
from governance.pages.exports import csv_response, xlsx_response
from governance.pages.lists import page_of
from governance.units.fields import UnitChoiceField
from governance.units.models import Unit
from guidelines.reading.acknowledgements import Acknowledgement
from guidelines.reading.follow_up import follow_up, followed_up_by, may_follow_up, with_acknowledgement
from guidelines.texts.versions import Version

READERS_A_PAGE = 50


def _for_those_who_follow_up(request) -> None:
    """Strangers do not learn that there is such a list."""
    if not may_follow_up(request.user):
        raise Http404


@signed_in
@require_safe
def acknowledgements(request):
    """Every guideline that must be acknowledged, and how far it has come."""
    _for_those_who_follow_up(request)
    rows = [(row, row.version.text_in(get_language())) for row in follow_up(request.user, timezone.now())]
    context = {
        "title": _("Who has acknowledged"),
        "rows": sorted(rows, key=lambda row: (-row[0].missing, row[1].title.casefold())),
    }
    return render(request, "guidelines/reading/acknowledgements.html", context)


class ReadersFilter(forms.Form):
    show = forms.ChoiceField(required=False)
    unit = UnitChoiceField(Unit.objects.none(), required=False)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["show"].label = _("Show")
        self.fields["show"].choices = [
            ("", _("Everyone")),
            ("no", _("Not yet acknowledged")),
            ("yes", _("Acknowledged")),
        ]

    def narrow(self, people):
        self.is_valid()  # what cannot be understood narrows nothing
        if show := self.cleaned_data.get("show"):
            people = people.filter(has_acknowledged=show == "yes")
        if unit := self.cleaned_data.get("unit"):
            people = people.filter(unit=unit)
        return people


@signed_in
@require_safe
def readers(request, slug, number):
    """Who of those the version is for has acknowledged it, and who has not; by unit and by name."""
    version, people, form = _people(request, slug, number)
    by_unit = list(
        people.order_by("unit__name", "unit")
        .values("unit__name", "unit__code")
        .annotate(total=Count("pk"), done=Count("pk", filter=Q(has_acknowledged=True)))
    )
    total, done = sum(row["total"] for row in by_unit), sum(row["done"] for row in by_unit)
    shown = form.narrow(people).select_related("unit").order_by("name", "pk")
    text = version.text_in(get_language())
    context = {
        "title": _("Who has acknowledged version %(number)d") % {"number": version.number},
        "guideline": version.guideline,
        "guideline_title": text.title if text else slug,
        "version": version,
        "form": form,
        "page": page_of(request, shown, READERS_A_PAGE),
        "by_unit": [row | {"missing": row["total"] - row["done"]} for row in by_unit],
        "done": done,
        "missing": total - done,
    }
    return render(request, "guidelines/reading/readers.html", context)


@signed_in
@require_safe
def readers_export(request, slug, number, kind):
    """The same list, as it is filtered, for a spreadsheet."""
    version, people, form = _people(request, slug, number)
    make = {"csv": csv_response, "xlsx": xlsx_response}.get(kind)
    if make is None:
        raise Http404
    headings = [_("Name"), _("E-mail"), _("Unit"), _("Acknowledged"), _("When"), _("Version")]
    shown = form.narrow(people).select_related("unit").order_by("name", "pk")
    rows = (
        (
            person.name,
            person.email,
            person.unit or "",
            _("Yes") if person.has_acknowledged else _("Not yet"),
            date_format(timezone.localtime(person.acknowledged_at), "SHORT_DATETIME_FORMAT")
            if person.has_acknowledged
            else "",
            person.acknowledged_number if person.has_acknowledged else "",
        )
        for person in shown
    )
    return make(f"{slug}-{version.number}", headings, list(rows))


def _people(request, slug, number):
    """(the version, those it is for whom the person follows up, the filter)."""
    _for_those_who_follow_up(request)
    version = get_object_or_404(
        Version.objects.published().select_related("guideline").prefetch_related("texts"),
        guideline__slug=slug,
        number=number,
    )
    newest = Acknowledgement.objects.filter(person=OuterRef("pk"), version__guideline=version.guideline_id)
    newest = newest.order_by("-version__number")
    people = followed_up_by(request.user, with_acknowledgement(version, timezone.now())).annotate(
        acknowledged_at=Subquery(newest.values("at")[:1]),
        acknowledged_number=Subquery(newest.values("version__number")[:1]),
    )
    units = Unit.objects.filter(Exists(people.filter(unit=OuterRef("pk")))).order_by("name")
    return version, people, ReadersFilter(request.GET, units=units)
