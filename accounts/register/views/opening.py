"""From planned to open: the real address, the checklist, the gates; and the statement for the profile."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.register.checklists import OPENING_ITEMS
from accounts.register.forms import AddressForm
from accounts.register.gates import opening_gates
from accounts.register.models import State
from accounts.register.moves import GatesClosed, open_account
from accounts.register.statement import SHORT, profile_statement
from accounts.register.views.register import account_or_404, checked, crumbs, tell_errors
from governance.access import Permission, demand, requires
from governance.pages.forms import posted
from governance.pages.revisions import compared_again
from governance.people.models import Person
from governance.policy.models import Policies


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def account_opening(request, pk):
    """What it takes to open the account, and the form for its address."""
    now, account = timezone.now(), account_or_404(request, pk)
    demand(request.user, Permission.OPEN_ACCOUNT, account, now=now)
    if account.state != State.PLANNED and request.method != "POST":
        messages.info(request, _("The account is open already."))
        return redirect(account)
    # Before the form, which writes into the account while it checks.
    gates, checks = opening_gates(account, now), checked(account)
    old = account.facts()
    form = AddressForm(posted(request), instance=account)
    if account.state != State.PLANNED:
        form.add_error(None, _("The account is open already."))  # meanwhile; what was typed stays to be copied
    elif request.method == "POST" and form.is_valid():
        with form.saving():
            form.write(by=request.user, now=now, old=old)
        messages.success(request, _("The address is registered."))
        if not Policies.of(account.unit).own_domains:
            _hint_about_domain(request, account.contact_email)
        return redirect("accounts:account_opening", pk=pk)
    context = {
        "title": _("Open the account"),
        "account": account,
        "form": form,
        "conditions": [gate for gate in gates if gate.key not in OPENING_ITEMS],
        "checklist": [(gate, checks.get(gate.key)) for gate in gates if gate.key in OPENING_ITEMS],
        "ready": all(gate.met for gate in gates),
        "crumbs": crumbs(account),
    }
    return render(request, "accounts/register/account_opening.html", context, status=422 if form.errors else 200)


def _hint_about_domain(request, email: str) -> None:
    """M52: a body-owned address is usually on the domain that its people have. A hint, no refusal."""
    domain = email.rpartition("@")[2]
    if domain and not Person.objects.filter(email__iendswith=f"@{domain}").exists():
        messages.warning(
            request,
            _("Nobody in the portal has an e-mail address at %(domain)s. Does the body own that address?")
            % {"domain": domain},
        )


@requires(Permission.SEE_REGISTER)
@require_POST
def account_open(request, pk):
    now, account = timezone.now(), account_or_404(request, pk)
    demand(request.user, Permission.OPEN_ACCOUNT, account, now=now)
    try:
        opened = open_account(account, by=request.user, now=now)
    except GatesClosed:
        messages.error(request, _("Something is still missing. Look at the list below."))
        return redirect("accounts:account_opening", pk=pk)
    except ValidationError as error:
        tell_errors(request, error)
    else:
        if opened:
            messages.success(request, _("The account is open. From now on its answer times run."))
        else:
            messages.info(request, _("The account is open already."))
    return redirect(account)


@requires(Permission.SEE_REGISTER)
@require_safe
def account_statement(request, pk):
    """The statement for the profile, in each language of the portal; the account's own comes first."""
    account = account_or_404(request, pk)
    names = dict(settings.LANGUAGES)
    wanted = request.GET.get("language", account.language)
    languages = sorted(names, key=lambda code: code != wanted)
    context = {
        "title": _("Statement for the profile"),
        "account": account,
        "statements": [(names[code], profile_statement(account, code)) for code in languages],
        "short": SHORT,
        "crumbs": crumbs(account),
        "opening": reverse("accounts:account_opening", args=[pk]) if account.state == State.PLANNED else "",
    }
    return render(request, "accounts/register/account_statement.html", context)
