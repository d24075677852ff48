"""The main job in Chromium, once for each way an account may come to be (K1).

An employee applies; whoever policy names decides, or nobody, for one's own unit; the head delegates; people accept;
the account is opened; where nobody decided the head confirms it, and only then is the public told that it is ours; a
post arrives; 24 hours pass; it is flagged and the person on duty gets a mail; the post is answered and the flag is
gone. Every page on the way is checked by axe.
"""

import datetime as dt
import re
from dataclasses import dataclass

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from accounts.applications.models import Application
from accounts.flags.models import Flag
from accounts.inbox.models import Post
from accounts.moderators.models import Assignment
from accounts.register.models import OfficialAccount
from governance.calendar.hours import next_sending_time
from governance.policy.models import set_policy
from guidelines import demo as guidelines
from guidelines.texts.guidelines import Audience, Guideline

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Mode:
    """One establishment mode: for which unit, who decides (None: nobody), how the browser is set up."""

    establishment: str
    unit: str
    decider: str | None
    browser: dict


MODES = [
    pytest.param(Mode("application", "culture", "chief", {}), id="application, the information chief decides"),
    pytest.param(
        Mode("application", "nordvik", "principal", {"dark": True}), id="application, the principal decides, dark"
    ),
    pytest.param(
        Mode("agreement", "culture", "leader", {"width": 360}), id="agreement with the unit leader, on a phone"
    ),
    pytest.param(
        Mode("notification", "nordvik", None, {"javascript": False}), id="notification only, without JavaScript"
    ),
    pytest.param(Mode("open", "nordvik", None, {"width": 360, "dark": True}), id="open, on a phone, dark"),
]


@pytest.mark.parametrize("mode", MODES)
def test_from_idea_to_answer(mode, visit, body, cast, facebook):
    now = timezone.now()
    set_policy(body.central, {"establishment": mode.establishment}, by=cast.chief, now=now)
    guidelines.load(cast.section, now - dt.timedelta(days=30))
    unit = getattr(body, mode.unit)
    head = cast.principal if mode.unit == "nordvik" else cast.leader
    step = Journey(visit, mode.browser)

    application = step.apply(cast.employee, unit, cast.moderator, cast.deputy)
    if mode.decider:
        assert application.status == "submitted"
        step.decide(getattr(cast, mode.decider), application)
    account = OfficialAccount.objects.get(application=application)
    assert account.state == "planned"

    for person, part in [(cast.moderator, "lead"), (cast.deputy, "deputy")]:
        if not Assignment.objects.filter(account=account, person=person).exists():
            step.delegate(head, account, person, part)
    step.acknowledge(cast.moderator)
    _acknowledged(cast.deputy, now)  # on the same pages
    for person in (cast.moderator, cast.deputy):
        step.accept(person, account)
    step.open(cast.employee, account)
    account.refresh_from_db()
    assert account.state == "active"
    if not mode.decider:
        assert "Not confirmed yet" in step.verified(cast.stranger, account)
        step.confirm(head, account)
    assert "Yes, this is our account" in step.verified(cast.stranger, account)

    post = step.receive(cast.moderator, account)
    mail.outbox.clear()
    # Mails leave by day: the next morning, where 25 hours from now it is night or a holiday.
    later = next_sending_time(now + dt.timedelta(hours=25), "NO", timezone.get_default_timezone()).isoformat()
    call_command("sweep", at=later)
    call_command("sweep", at=later)
    assert Flag.objects.filter(post=post, reason="unanswered").count() == 1
    told = [message for message in mail.outbox if cast.moderator.email in message.to]
    assert len([message for message in told if post.get_absolute_url() in message.body]) == 1
    assert all(post.author not in message.subject for message in mail.outbox)

    step.answer(cast.moderator, post)
    post.refresh_from_db()
    assert post.outcome == "answered"
    assert not Flag.objects.open().filter(post=post).exists()


class Journey:
    """One method a person's errand. Fields are found by their names, what is pressed by what it says."""

    def __init__(self, visit, browser: dict):
        self._visit, self._browser = visit, browser

    def as_(self, person):
        return self._visit(person, **self._browser)

    def apply(self, applicant, unit, moderator, deputy) -> Application:
        visitor = self.as_(applicant)
        page = visitor.go("/")
        visitor.press("Apply for an account")
        page.locator("[name=unit]").fill(f"{unit.name} ({unit.code})")
        page.locator("[name=kind][value=ordinary]").check()
        page.locator("[name=name]").fill("Kulturhuset svarer")
        visitor.press("Begin")
        # An empty step says what is missing, and keeps nothing from being saved later.
        page.locator("[name=goal]").fill("People ask us on Facebook already, and nobody answers.")
        visitor.press("Save and go on")
        assert page.locator(".ds-error-summary").is_visible()
        page.locator("[name=expected_effect]").fill("Fewer calls to the switchboard.")
        page.locator("[name=purposes][value=answer]").check()
        page.locator("[name=audience]").fill("Everyone in the county")
        page.locator("[name=message]").fill("What happens, and how to get in.")
        page.locator("[name=communication][value=both]").check()
        visitor.press("Save and go on")
        page.get_by_label("Facebook").check()
        page.locator("[name=platform_reason]").fill("The audience is there.")
        page.locator("[name=handle_wanted]").fill("kulturhusetsvarer")
        visitor.press("Save and finish later")
        # Resumed where it was left.
        visitor.go("/applications/")
        visitor.press("Kulturhuset svarer")
        visitor.press("Go on")
        visitor.press("Save and go on")
        page.locator("[name=moderators]").fill(moderator.email)
        page.locator("[name=deputies]").fill(deputy.email)
        page.locator("[name=organisation]").fill("One leads, one stands in.")
        page.locator("[name=hours_per_week]").fill("3")
        page.locator("[name=absence_plan]").fill("The deputy takes over.")
        page.locator("[name=answer_mandate]").fill("Both answer practical questions.")
        visitor.press("Save and go on")
        page.locator("[name=moderation_mode][value=along]").check()
        page.locator("[name=visibility][value=open]").check()
        for name in ("pupil_contact", "crisis_use", "hearing"):
            page.locator(f"[name={name}][value=no]").check()
        visitor.press("Save and go on")
        page.locator("[name=web_page_url]").fill("https://www.fjordvik.example/kultur")
        page.locator("[name=legal_basis]").fill("Article 6(1)(e)")
        page.locator("[name=joint_controller]").fill("Arrangement 2026/1")
        page.locator("[name=archive_routine]").fill("Reported to the archivist the same day.")
        visitor.press("Save and go on")
        visitor.press("Save and go on")
        visitor.press("Send")
        return Application.objects.get(applicant=applicant)

    def decide(self, decider, application):
        visitor = self.as_(decider)
        visitor.go("/")
        visitor.press("Kulturhuset svarer")
        visitor.press("Decide")
        visitor.page.locator("[name=outcome][value=conditions]").check()
        visitor.page.locator("[name=text]").fill("Pictures need alternative text.")
        visitor.submit()
        visitor.go(f"/applications/{application.pk}/decision/")
        assert "Pictures need alternative text." in visitor.page.locator("main").inner_text()
        pdf = visitor.page.request.get(f"{visitor.base}/applications/{application.pk}/decision/pdf/")
        assert pdf.body().startswith(b"%PDF")

    def delegate(self, head, account, person, part):
        visitor = self.as_(head)
        visitor.go(f"/accounts/{account.pk}/people/new/")
        visitor.page.locator("[name=person]").fill(person.email)
        visitor.page.locator(f"[name=part][value={part}]").check()
        visitor.press("Ask")

    def acknowledge(self, person):
        visitor = self.as_(person)
        visitor.go("/guidelines/")
        for path in _moderators_guidelines():
            visitor.go(path)
            button = visitor.page.locator("main").get_by_role("button", name=re.compile("read", re.IGNORECASE))
            visitor.click(button.first)

    def accept(self, person, account):
        visitor = self.as_(person)
        visitor.go("/")
        visitor.press(account.name)
        visitor.press("Yes, I accept")

    def open(self, applicant, account):
        visitor = self.as_(applicant)
        page = visitor.go(f"/accounts/{account.pk}/opening/")
        page.locator("[name=url]").fill("https://www.facebook.com/kulturhusetsvarer")
        page.locator("[name=handle]").fill("kulturhusetsvarer")
        page.locator("[name=contact_email]").fill("sosiale.medier@fjordvik.example")
        visitor.press("Save the address")
        unticked = page.get_by_role("button", name=re.compile("^Tick"))
        for _item in range(unticked.count()):
            visitor.click(unticked.first)
        visitor.press("Open the account")

    def verified(self, reader, account) -> str:
        """What the public reads of it; everybody may look."""
        visitor = self.as_(reader)
        said = visitor.go(f"/verify/?url={account.url}").locator("main").inner_text()
        return said + visitor.go(f"/register/{account.pk}/").locator("main").inner_text()

    def confirm(self, head, account):
        visitor = self.as_(head)
        visitor.go("/")
        visitor.press(account.name)
        visitor.press("Confirm that it is ours")
        account.refresh_from_db()
        assert account.confirmed_by == head

    def receive(self, moderator, account) -> Post:
        visitor = self.as_(moderator)
        page = visitor.go("/inbox/")
        visitor.press("Register a post")
        page.locator("[name=account]").fill(f"{account.name} (#{account.pk})")
        page.locator("[name=text]").fill("When do you open on Sunday?")
        page.locator("[name=author]").fill("Olga Innbygger")
        visitor.submit()
        return Post.objects.get(account=account)

    def answer(self, moderator, post):
        visitor = self.as_(moderator)
        visitor.go("/")
        visitor.press("When do you open on Sunday?")
        visitor.page.get_by_role("radio", name="Answered").check()
        visitor.press("Close the post")


def _acknowledged(person, now) -> None:
    for guideline in Guideline.objects.filter(audience=Audience.MODERATORS):
        guideline.in_force().acknowledge(person, now=now)


def _moderators_guidelines() -> list[str]:
    return [guideline.get_absolute_url() for guideline in Guideline.objects.filter(audience=Audience.MODERATORS)]
