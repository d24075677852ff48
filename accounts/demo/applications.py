"""Applications in every state, each sent, decided and commented through the portal's own verbs."""

import datetime as dt
import uuid
from types import SimpleNamespace

from accounts.applications.models import Application, Verb
from accounts.applications.moves import comment, move, save_step, send, start
from accounts.applications.requirements import STEP_OF, STEPS
from accounts.register.choices import Communication, Kind, ModerationMode, Part, Purpose, Visibility
from governance.people.models import Person
from governance.platforms.models import Platform

# What a complete application says where its story says nothing else.
COMPLETE = {
    "expected_effect": "Flere spørsmål besvares ett sted, og færre ringer sentralbordet.",
    "purposes": [Purpose.INFORM.value, Purpose.ANSWER.value],
    "message": "Hva som skjer, og hvordan man får hjelp.",
    "communication": Communication.BOTH,
    "platform_reason": "Målgruppen er der allerede.",
    "organisation": "Moderatoren har ansvaret, vararen følger med annenhver uke.",
    "hours_per_week": 3,
    "absence_plan": "Vararen tar over; i ferier stenges kontoen med beskjed.",
    "answer_mandate": "Moderatorene svarer på alt praktisk. Rektor svarer om skolens drift.",
    "moderation_mode": ModerationMode.ALONG,
    "visibility": Visibility.OPEN,
    "pupil_contact": False,
    "crisis_use": False,
    "hearing": False,
    "web_page_url": "https://www.fjordvik.example/",
    "legal_basis": "Personvernforordningen art. 6 nr. 1 e",
    "joint_controller": "Avtale om felles behandlingsansvar, sak 2026/114",
    "assessment_reference": "DPIA 2026/07",
    "assessed_on": dt.date(2026, 2, 3),
    "archive_routine": "Henvendelser som er arkivverdige, meldes til arkivet samme dag.",
}


def load(body: SimpleNamespace, now: dt.datetime) -> None:
    platforms = {platform.code: platform for platform in Platform.objects.all()}

    def days(number: float) -> dt.datetime:
        return now - dt.timedelta(days=number)

    def application(by: Person, unit: str, when: dt.datetime, *, platform="instagram", **answers) -> Application:
        answers = COMPLETE | {"platform": platforms[platform], "language": body.units[unit].language} | answers
        draft = start(
            unit=body.units[unit],
            kind=answers.pop("kind", Kind.ORDINARY),
            name=answers.pop("name"),
            token=uuid.uuid4(),
            by=by,
            now=when,
        )
        people = {Part.LEAD: answers.pop("leads"), Part.DEPUTY: answers.pop("deputies")}
        for step in STEPS:
            values = {name: value for name, value in answers.items() if STEP_OF.get(name) == step}
            named = people if step == "people" else {}
            draft = save_step(draft, step, values, named, done=True, by=by, now=when)
        return draft

    # A draft that was left half-way.
    half = start(
        unit=body.units["nordvik"],
        kind=Kind.ORDINARY,
        name="Biblioteket på Nordvik",
        token=uuid.uuid4(),
        by=body.employee,
        now=days(4),
    )
    goal = {"goal": "Vise nye bøker og svare på spørsmål om åpningstider.", "audience": "Elever ved skolen"}
    save_step(half, "purpose", goal, {}, done=False, by=body.employee, now=days(4))

    # Waits for the principal, with a comment beside it.
    waiting = application(
        body.employee,
        "nordvik",
        days(2),
        platform="tiktok",
        name="Medielinja på Nordvik",
        goal="La elevene på medielinja vise arbeidet sitt og svare søkere.",
        audience="Niendeklassinger som skal velge skole",
        leads=[body.moderator],
        deputies=[body.deputy],
    )
    waiting = send(waiting, by=body.employee, now=days(2))
    text = "Hvem svarer i sommerferien?"
    comment(waiting, text, token=uuid.uuid4(), by=body.principal, now=days(1))

    # Waits for the information chief, and has waited long enough to be reminded.
    slow = application(
        body.section_two,
        "informasjon",
        days(7),
        platform="threads",
        name="Fjordvik på Threads",
        goal="Møte dei som har forlate X.",
        audience="Journalistar og samfunnsinteresserte",
        leads=[body.info],
        deputies=[body.section_two],
    )
    send(slow, by=body.section_two, now=days(7))

    # Sent back with what is missing.
    returned = application(
        body.teacher,
        "nordvik",
        days(12),
        platform="snapchat",
        name="Nordvik på Snapchat",
        goal="Minne elevane på frister.",
        audience="Elevar ved skulen",
        leads=[body.teacher],
        deputies=[body.deputy],
    )
    returned = send(returned, by=body.teacher, now=days(12))
    move(
        returned,
        Verb.SEND_BACK,
        by=body.principal,
        now=days(10),
        text="Skriv korleis de hindrar at elevar sender personlege opplysningar.",
    )

    # Approved with conditions: its account is planned and waits for people to accept and for its opening.
    approved = application(
        body.employee,
        "nordvik",
        days(6),
        platform="youtube",
        name="Nordvik vgs på YouTube",
        handle_wanted="nordvikvgs",
        goal="Samle filmene fra skolen på ett sted.",
        audience="Søkere og foresatte",
        leads=[body.moderator],
        deputies=[body.deputy],
    )
    approved = send(approved, by=body.employee, now=days(6))
    approved = move(
        approved, Verb.APPROVE_WITH_CONDITIONS, by=body.principal, now=days(5), text="Alle filmer skal være tekstet."
    )

    # Rejected, withdrawn.
    rejected = application(
        body.fjellet_one,
        "fjellet",
        days(40),
        platform="facebook",
        name="Fjellet vgs, lærerværelset",
        goal="Intern prat mellom lærerne.",
        audience="Lærere ved skolen",
        leads=[body.fjellet_one],
        deputies=[body.sorvik_one],
    )
    rejected = send(rejected, by=body.fjellet_one, now=days(40))
    move(
        rejected,
        Verb.REJECT,
        by=body.fjellet_head,
        now=days(38),
        text="Intern prat hører hjemme i skolens egne kanaler, ikke på en offisiell konto.",
    )
    withdrawn = application(
        body.sorvik_one,
        "sorvik",
        days(30),
        platform="mastodon",
        name="Sørvik vgs på Mastodon",
        goal="Prøve en åpen plattform.",
        audience="Interesserte i åpne nett",
        leads=[body.sorvik_one],
        deputies=[body.sorvik_two],
    )
    withdrawn = send(withdrawn, by=body.sorvik_one, now=days(30))
    move(withdrawn, Verb.WITHDRAW, by=body.sorvik_one, now=days(29))

    # Registered by notification: no decision; its head and the information section are asked to confirm it.
    notified = application(
        body.culture_one,
        "kulturhuset",
        days(3),
        platform="tiktok",
        kind=Kind.TRIAL,
        ends_on=(now + dt.timedelta(days=90)).date(),
        name="Kulturhuset prøver TikTok",
        goal="Nå dem under tjue.",
        audience="Ungdom i fylket",
        leads=[body.culture_one],
        deputies=[body.culture_two],
    )
    send(notified, by=body.culture_one, now=days(3))
