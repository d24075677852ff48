"""The register of accounts: the list with its exports, one account, its facts, its end."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.applications.models import Application
from accounts.duty.models import TakeOver
from accounts.duty.roster import on_duty
from accounts.inactivity.moves import can_be_told
from accounts.moderators.models import with_people
from accounts.register import page
from accounts.register.checklists import Check, set_check
from accounts.register.choices import Part
from accounts.register.forms import AccountForm, CheckForm, ReasonForm, RegisterFilter, RegisterForm
from accounts.register.gates import opening_gates, retirement_gates
from accounts.register.models import OfficialAccount, State
from accounts.register.moves import GatesClosed, abandon, begin_retirement, keep, retire
from accounts.register.statement import closing_notice, pause_notice
from accounts.register.tables import register_table
from governance.access import Permission, can, demand, requires
from governance.audit.models import AuditEvent, json_value
from governance.imports.kinds import KINDS
from governance.pages.exports import csv_response, xlsx_response
from governance.pages.forms import add_errors, form_page, posted
from governance.pages.revisions import compared_again

HISTORY = 50
EXPORTED = [
    "platform",
    "handle",
    "url",
    "external_id",
    "name",
    "unit",
    "unit_name",
    "kind",
    "purpose",
    "audience",
    "state",
    "editor",
    "moderators",
    "deputies",
    "last_activity_at",
    "registered_at",
    "opened_at",
    "retired_at",
]


def crumbs(account=None):
    found = [(_("Accounts"), reverse("accounts:accounts"))]
    return [*found, (account.name, account.get_absolute_url())] if account else found


def account_or_404(request, pk) -> OfficialAccount:
    accounts = OfficialAccount.objects.visible_to(request.user).select_related(
        "platform", "unit", "editor", "confirmed_by"
    )
    return get_object_or_404(accounts, pk=pk)


def checked(account) -> dict[str, Check]:
    """{item: who ticked it when} of both checklists."""
    return {check.item: check for check in account.checks.select_related("done_by")}


def tell_errors(request, error: ValidationError) -> None:
    for message in error.messages:
        messages.error(request, message)


@requires(Permission.SEE_REGISTER)
@require_safe
def accounts(request):
    now = timezone.now()
    form = RegisterFilter(request.GET, now=now)
    table = register_table(request, form.narrow(OfficialAccount.objects.visible_to(request.user)))
    query = request.GET.urlencode()
    context = {
        "title": _("Accounts"),
        "form": form,
        "table": table,
        "exports": [
            (label, reverse("accounts:accounts_export", args=[kind]) + (f"?{query}" if query else ""))
            for kind, label in (("csv", "CSV"), ("xlsx", "XLSX"))
        ],
        "may_import": KINDS["accounts"].open_to(request.user),
        "may_register": can(request.user, Permission.REGISTER_ACCOUNT, now=now),
    }
    return render(request, "accounts/register/accounts.html", context)


@requires(Permission.SEE_REGISTER)
@require_safe
def accounts_export(request, kind):
    """The filtered list, whole. Columns are named as `import_accounts` reads them."""
    now = timezone.now()
    found = RegisterFilter(request.GET, now=now).narrow(OfficialAccount.objects.visible_to(request.user))
    rows = (_exported(account) for account in with_people(found).order_by("name", "pk"))
    respond = {"csv": csv_response, "xlsx": xlsx_response}.get(kind)
    if not respond:
        raise Http404
    return respond(f"accounts-{timezone.localdate(now)}", EXPORTED, rows)


def _exported(account) -> list:
    def emails(part):
        return ";".join(row.person.email for row in account.open_roles if row.part == part and row.accepted_at)

    values = {
        "platform": account.platform.code,
        "unit": account.unit.code,
        "unit_name": account.unit.name,
        "editor": account.editor.email if account.editor else "",
        "moderators": emails(Part.LEAD),
        "deputies": emails(Part.DEPUTY),
    }
    return [values[name] if name in values else json_value(getattr(account, name)) for name in EXPORTED]


@requires(Permission.SEE_REGISTER)
@require_safe
def account(request, pk):
    now, found = timezone.now(), account_or_404(request, pk)
    permitted = {
        permission.value: can(request.user, permission, found, now=now)
        for permission in (
            Permission.EDIT_ACCOUNT,
            Permission.CONFIRM_ACCOUNT,
            Permission.OPEN_ACCOUNT,
            Permission.PAUSE_ACCOUNT,
            Permission.DELEGATE,
            Permission.SEE_POSTS,
            Permission.ANSWER_POSTS,
            Permission.ARRANGE_COVER,
        )
    }
    assignments = list(found.assignments.select_related("person", "delegated_by"))
    pauses = list(found.pauses.order_by("-starts_at").select_related("created_by"))
    for pause in pauses:
        pause.account = found
        pause.to_come = pause.over_at > now
        pause.notice = pause_notice(pause, found.language) if pause.to_come else ""
    running = found.state in (State.ACTIVE, State.PAUSED, State.RETIRING)
    context = {
        "title": found.name,
        "account": found,
        # Who is away is no concern of everybody who reads the register.
        "duty_now": on_duty(found, now) if running and permitted[Permission.SEE_POSTS] else None,
        "took_over": TakeOver.objects.standing(now).filter(account=found, person=request.user).first(),
        "may": permitted,
        "actions": page.actions(
            found, permitted, may_say_posted=permitted[Permission.ANSWER_POSTS] and can_be_told(found)
        ),
        "may_be_paused": page.may_be_paused(found, permitted),
        "facts": page.facts(found, permitted),
        "dates": page.dates(found, found.flags.open().count()),
        "links": page.links(found, _application(found, request.user, now), permitted),
        "confirmation": page.confirmation(found, request.user, now),
        "gates": opening_gates(found, now) if found.state == State.PLANNED else [],
        "roles": [row for row in assignments if row.standing in ("offered", "accepted")],
        "former_roles": [row for row in assignments if row.standing in ("declined", "ended")],
        "pauses": pauses,
        "history": AuditEvent.objects.about(found)[:HISTORY],
    }
    return render(request, "accounts/register/account.html", context)


def _application(found, person, now):
    return Application.objects.visible_to(person, now=now).filter(account=found).first()


@requires(Permission.REGISTER_ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def account_new(request):
    """An account that exists already is registered as it is, without an application: it is in use from now on."""
    now = timezone.now()
    form = RegisterForm(posted(request), instance=OfficialAccount(state=State.ACTIVE, opened_at=now))
    if request.method == "POST" and form.is_valid():
        demand(request.user, Permission.REGISTER_ACCOUNT, form.instance, now=now)
        form.write(by=request.user, now=now)
        messages.success(request, _("The account is registered. Delegate its moderators next."))
        return redirect(form.instance)
    return form_page(
        request,
        form,
        title=_("Register an account"),
        lead=_("For an account that exists already. A new one begins with an application."),
        crumbs=crumbs(),
        cancel=reverse("accounts:accounts"),
        submit=_("Register"),
    )


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def account_edit(request, pk):
    now, found = timezone.now(), account_or_404(request, pk)
    demand(request.user, Permission.EDIT_ACCOUNT, found, now=now)
    old = found.facts()
    form = AccountForm(posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        # Not moved to a unit where one may not edit.
        demand(request.user, Permission.EDIT_ACCOUNT, form.instance.unit, now=now)
        with form.saving():
            changed = form.write(by=request.user, now=now, old=old)
        if changed:
            messages.success(request, _("The account is changed."))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect(found)
    return form_page(
        request,
        form,
        title=_("Change the account"),
        lead=_("What was decided about an application stays in the decision, unchanged."),
        crumbs=crumbs(found),
        cancel=found.get_absolute_url(),
    )


def _tell_done(request, moved: bool, done: str) -> None:
    if moved:
        messages.success(request, done)
    else:
        messages.info(request, _("That was done already."))


def ending_page(request, pk, verb, *, title, lead, done, danger=True, permission=Permission.EDIT_ACCOUNT):
    """A page that asks for the reason before a move."""
    now, found = timezone.now(), account_or_404(request, pk)
    demand(request.user, permission, found, now=now)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            moved = verb(found, by=request.user, now=now, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            _tell_done(request, moved, done)
            return redirect(found)
    return form_page(
        request,
        form,
        title=title,
        lead=lead,
        crumbs=crumbs(found),
        cancel=found.get_absolute_url(),
        submit=title,
        danger=danger,
    )


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def account_abandon(request, pk):
    return ending_page(
        request,
        pk,
        abandon,
        title=_("Give up before opening"),
        lead=_("The account was never opened and will not be. Its handle is free again."),
        done=_("The account is given up."),
    )


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def account_retire_begin(request, pk):
    return ending_page(
        request,
        pk,
        begin_retirement,
        title=_("Begin retirement"),
        lead=_("Everyone who answers for the account is told. After that a checklist leads to its end."),
        done=_("Retirement has begun. Follow the checklist."),
    )


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def account_keep(request, pk):
    return ending_page(
        request,
        pk,
        keep,
        title=_("Call off retirement"),
        lead=_("The account is in use again. What was ticked for its retirement is taken back."),
        done=_("The account is kept."),
        danger=False,
    )


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def account_retire(request, pk):
    """The retirement checklist, and the move that ends it."""
    now, found = timezone.now(), account_or_404(request, pk)
    demand(request.user, Permission.EDIT_ACCOUNT, found, now=now)
    status = 200
    if request.method == "POST":
        try:
            moved = retire(found, by=request.user, now=now)
        except GatesClosed:
            messages.error(request, _("Something is still missing. Look at the list below."))
            status = 422
        except ValidationError as error:
            tell_errors(request, error)
            return redirect(found)
        else:
            _tell_done(request, moved, _("The account is retired."))
            return redirect(found)
    checks = checked(found)
    context = {
        "title": _("Retire the account"),
        "account": found,
        "checklist": [(gate, checks.get(gate.key)) for gate in retirement_gates(found, now)],
        "notice": closing_notice(found, found.language),
        "crumbs": crumbs(found),
        "retiring": found.state == State.RETIRING,
    }
    return render(request, "accounts/register/account_retire.html", context, status=status)


@requires(Permission.SEE_REGISTER)
@require_POST
def account_check(request, pk):
    """Tick or untick one item of the opening or the retirement checklist."""
    now, found = timezone.now(), account_or_404(request, pk)
    form = CheckForm(request.POST)
    form.is_valid()
    item = form.cleaned_data.get("item")
    if not item:
        raise Http404
    demand(request.user, item.permission, found, now=now)
    back = "accounts:account_opening" if item.is_opening else "accounts:account_retire"
    try:
        if "note" in form.errors:
            raise ValidationError(form.errors.as_data()["note"])
        set_check(found, item, done=form.cleaned_data["done"], note=form.cleaned_data["note"], by=request.user, now=now)
    except ValidationError as error:
        tell_errors(request, error)
    return redirect(reverse(back, args=[found.pk]) + f"#{item.value}")
