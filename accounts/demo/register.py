"""Fjordvik's accounts: healthy, quiet, paused, without cover next week, retiring, formerly ours, planned."""

import datetime as dt
from types import SimpleNamespace

from django.utils import timezone

from accounts.duty.rota import add_shift, take_over
from accounts.flags.models import Flag
from accounts.flags.moves import answer, decide
from accounts.moderators.models import delegate
from accounts.platforms import events as platforms_events
from accounts.platforms.models import Connection
from accounts.register import events as register_events
from accounts.register.choices import Kind, Part, Visibility
from accounts.register.models import OfficialAccount
from accounts.register.moves import begin_retirement, plan_pause
from accounts.sweeps import run
from governance.audit.models import record
from governance.platforms.models import Platform

# key, platform, handle, name, unit, people (lead first), days since the last sign of life
ACCOUNTS = [
    ("nordvik_facebook", "facebook", "nordvikvgs", "Nordvik vgs på Facebook", "nordvik", "moderator deputy", 1),
    ("nordvik_instagram", "instagram", "nordvikvgs", "Nordvik vgs på Instagram", "nordvik", "moderator deputy", 131),
    ("county_facebook", "facebook", "fjordvikfylke", "Fjordvik fylke på Facebook", "fjordvik", "info section_two", 0),
    ("county_linkedin", "linkedin", "fjordvik", "Fjordvik på LinkedIn", "fjordvik", "section_two info", 3),
    ("county_bluesky", "bluesky", "fjordvik.example", "Fjordvik på Bluesky", "fjordvik", "info section_two", 2),
    ("sorvik_facebook", "facebook", "sorvikvgs", "Sørvik vgs på Facebook", "sorvik", "sorvik_one sorvik_two", 4),
    ("sorvik_snapchat", "snapchat", "sorvikelev", "Elevrådet på Sørvik", "sorvik", "sorvik_two sorvik_one", 170),
    ("fjellet_youtube", "youtube", "fjelletvgs", "Fjellet vgs på YouTube", "fjellet", "fjellet_one fjellet_head", 260),
    ("fjellet_campaign", "instagram", "sokfjellet", "Søk Fjellet", "fjellet", "fjellet_one fjellet_head", 20),
    (
        "culture_facebook",
        "facebook",
        "fjordvikkulturhus",
        "Kulturhuset på Facebook",
        "kulturhuset",
        "culture_one culture_two",
        1,
    ),
    (
        "culture_instagram",
        "instagram",
        "fjordvikkulturhus",
        "Kulturhuset på Instagram",
        "kulturhuset",
        "culture_two culture_one",
        100,
    ),
    (
        "danish_instagram",
        "instagram",
        "skagerrakungdom",
        "Skagerrak Ungdomsskole på Instagram",
        "ungdomsskolen",
        "danish_one danish_two",
        2,
    ),
]
PURPOSE = {
    "nordvik": "Vise skulekvardagen og svare på spørsmål om opptak, skuleruta og arrangement.",
    "sorvik": "Fortelle om skolen og svare elever, søkere og foresatte.",
    "fjellet": "Vise hva elevene lager og hvem skolen er for.",
    "fjordvik": "Fortelje om tenestene i fylket, lytte og svare.",
    "kulturhuset": "Fortelle hva som skjer på huset, og svare på spørsmål om billetter og tilgjengelighet.",
    "ungdomsskolen": "Fortælle om hold og ture og svare unge og forældre.",
}


def load(body: SimpleNamespace, now: dt.datetime) -> SimpleNamespace:
    """The accounts by key."""
    platforms = {platform.code: platform for platform in Platform.objects.all()}
    accounts = SimpleNamespace()
    for key, code, handle, name, unit_code, people, quiet_days in ACCOUNTS:
        unit, platform = body.units[unit_code], platforms[code]
        leads = [getattr(body, person) for person in people.split()]
        opened = now - dt.timedelta(days=150 + quiet_days)
        account = OfficialAccount.objects.create(
            platform=platform,
            handle=handle,
            url=platform.address_of(handle),
            name=name,
            unit=unit,
            purpose=PURPOSE[unit_code],
            audience="Innbyggjarar, elevar og føresette" if unit.language == "nn" else "Innbyggere, elever, foresatte",
            language=unit.language,
            editor=leads[0],
            state="active",
            registered_at=opened,
            opened_at=opened,
            last_activity_at=now - dt.timedelta(days=quiet_days, hours=3),
            contact_email=f"sosiale.medier.{unit_code}@fjordvik.example",
            web_page_url="https://www.fjordvik.example/",
        )
        record(register_events.ACCOUNT_REGISTERED, account, by=body.info, now=opened, after={"name": name})
        record(register_events.ACCOUNT_OPENED, account, by=body.info, now=opened, before={"state": "planned"})
        for place, person in enumerate(leads):
            delegate(
                account,
                person,
                Part.DEPUTY if place else Part.LEAD,
                by=body.chief,
                now=opened,
                starts_on=timezone.localdate(opened),
                accepted=True,
            )
        setattr(accounts, key, account)
    _former(body, platforms, now)
    _campaign(accounts.fjellet_campaign, now)
    delegate(
        accounts.nordvik_facebook,
        body.teacher,
        Part.DEPUTY,
        by=body.principal,
        now=now - dt.timedelta(days=1),
        starts_on=timezone.localdate(now),
    )
    plan_pause(
        accounts.sorvik_facebook,
        starts_at=now - dt.timedelta(hours=2),
        ends_at=now + dt.timedelta(days=6),
        reason="Eksamensuke: alle som svarer her, er eksamensvakter.",
        by=body.sorvik_one,
        now=now - dt.timedelta(hours=2),
    )
    _connected(accounts, body, now)
    return accounts


def _connected(accounts: SimpleNamespace, body: SimpleNamespace, now: dt.datetime) -> None:
    """One that is read, one whose access was withdrawn. They hold no secrets, and neither is due: nothing is called."""
    since = now - dt.timedelta(days=60)
    basics = {"connected_by": body.info, "connected_at": since, "backfilled_at": since, "last_fetch_at": now}
    for account in (accounts.county_bluesky, accounts.county_facebook):
        Connection.objects.create(
            account=account,
            external_id=f"demo-{account.handle}",
            token_key=f"demo-{account.pk}",
            remote_handle=account.handle,
            backfill_since=since - dt.timedelta(days=30),
            complete_until=now,
            next_fetch_at=now + dt.timedelta(days=365),
            **basics,
        )
        record(platforms_events.CONNECTION_MADE, account, by=body.info, now=since, after={"handle": account.handle})
    ill = now - dt.timedelta(hours=5)
    Connection.objects.filter(account=accounts.county_facebook).update(
        complete_until=ill, stopped_at=ill, last_fetch_at=ill, last_error_at=ill, last_error="credentials", failures=3
    )


def duty(body: SimpleNamespace, accounts: SimpleNamespace, now: dt.datetime) -> None:
    """A rota by which two take turns, and somebody of the information section who has taken over for today."""
    arranged = now - dt.timedelta(days=20)
    morning, noon, evening = dt.time(8), dt.time(12), dt.time(16)
    turns = {"moderator": [(0, morning, evening), (2, morning, evening), (4, morning, noon)]}
    turns["deputy"] = [(1, morning, evening), (3, morning, evening), (4, noon, evening)]
    for key, shifts in turns.items():
        for weekday, starts, ends in shifts:
            add_shift(
                accounts.nordvik_facebook,
                getattr(body, key),
                weekday=weekday,
                starts=starts,
                ends=ends,
                by=body.principal,
                now=arranged,
            )
    began = now - dt.timedelta(hours=1)
    take_over(accounts.county_facebook, until=began + dt.timedelta(hours=10), by=body.section_two, now=began)


def _former(body: SimpleNamespace, platforms: dict, now: dt.datetime) -> None:
    retired = now - dt.timedelta(days=210)
    former = OfficialAccount.objects.create(
        platform=platforms["x"],
        handle="fjordvikfylke",
        url=platforms["x"].address_of("fjordvikfylke"),
        name="Fjordvik fylke på X",
        unit=body.units["fjordvik"],
        purpose=PURPOSE["fjordvik"],
        language="nn",
        state="retired",
        registered_at=retired - dt.timedelta(days=500),
        opened_at=retired - dt.timedelta(days=500),
        retired_at=retired,
        last_activity_at=retired,
    )
    record(register_events.ACCOUNT_RETIRED, former, by=body.chief, now=retired, after={"state": "retired"})


def _campaign(account: OfficialAccount, now: dt.datetime) -> None:
    account.kind, account.ends_on = Kind.PROJECT, timezone.localdate(now) - dt.timedelta(days=5)
    account.visibility = Visibility.OPEN
    account.save(update_fields=["kind", "ends_on", "visibility"])


def flags(body: SimpleNamespace, accounts: SimpleNamespace, now: dt.datetime) -> None:
    """A flag at each stage: answered by those it concerns, and decided. The rest the sweeps raise by themselves."""
    earlier = now - dt.timedelta(days=9)
    run("inactive", earlier)
    quiet = {flag.account_id: flag for flag in Flag.objects.open().filter(reason=Flag.Reason.INACTIVE)}
    if flag := quiet.get(accounts.culture_instagram.pk):
        answer(
            flag,
            Flag.Answer.KEEP,
            "Vi starter igjen med vårprogrammet.",
            by=body.culture_two,
            now=earlier + dt.timedelta(days=2),
        )
    if flag := quiet.get(accounts.fjellet_youtube.pk):
        text = "Filmene ligger nå på skolens egne sider."
        answer(flag, Flag.Answer.RETIRE, text, by=body.fjellet_one, now=earlier + dt.timedelta(days=1))
        decide(flag, Flag.Answer.RETIRE, text, by=body.info, now=earlier + dt.timedelta(days=3))
    else:
        begin_retirement(accounts.fjellet_youtube, by=body.info, now=earlier, reason="")
