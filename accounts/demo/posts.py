"""What citizens have said to Fjordvik's accounts: answered, due soon, overdue."""

import datetime as dt
from types import SimpleNamespace

from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import ingest
from accounts.inbox.models import Post
from accounts.inbox.moves import close, triage

# account, hours ago, kind, author, text, tone ("" not triaged), concerns, outcome ("" open), answered after hours
POSTS = [
    ("nordvik_facebook", 3, "comment", "Anne M.", "Når er det åpen skole i år?", "", "", "", 0),
    (
        "nordvik_facebook",
        22,
        "message",
        "Jonas",
        "Hei! Er søknadsfristen for privatister gått ut?",
        "question",
        "",
        "",
        0,
    ),
    (
        "nordvik_facebook",
        31,
        "comment",
        "Berit L.",
        "Bussen kommer ti minutter etter at timen begynner. Hvem kan gjøre noe med det?",
        "",
        "",
        "",
        0,
    ),
    (
        "nordvik_facebook",
        55,
        "message",
        "En forelder",
        "Vi har ventet på svar om tilrettelegging siden august.",
        "question",
        "case",
        "",
        0,
    ),
    (
        "nordvik_facebook",
        80,
        "comment",
        "Kåre",
        "Så fin skuleavis! Helsing ein gammal elev.",
        "positive",
        "",
        "answered",
        2,
    ),
    (
        "nordvik_facebook",
        120,
        "comment",
        "Turid",
        "Lenka til skuleruta virkar ikkje.",
        "factual_error",
        "",
        "answered",
        5,
    ),
    (
        "nordvik_facebook",
        200,
        "comment",
        "Anonym",
        "Hva mener rektor om det nye budsjettet?",
        "question",
        "political",
        "referred_political",
        20,
    ),
    ("county_facebook", 1, "comment", "Olav N.", "Er ferja i rute i kveld?", "", "", "", 0),
    (
        "county_facebook",
        20,
        "mention",
        "Fjordvik Avis",
        "Hvorfor ble anbudet trukket? Vi får ikke svar fra @fjordvikfylke.",
        "question",
        "reputation",
        "",
        0,
    ),
    ("county_facebook", 27, "comment", "Sara", "Skjemaet for TT-kort krasjer på mobilen.", "", "", "", 0),
    ("county_facebook", 90, "message", "Hans", "Takk for god hjelp i går!", "positive", "", "no_answer_needed", 1),
    (
        "county_facebook",
        140,
        "message",
        "Elin",
        "Hvordan klager jeg på inntaket?",
        "question",
        "case",
        "referred_formal",
        6,
    ),
    ("county_linkedin", 12, "comment", "Kandidat", "Er stillingen fortsatt ledig?", "", "", "", 0),
    ("county_bluesky", 6, "reply", "@turglad", "Fint at stien er åpen igjen. Er den merka?", "", "", "", 0),
    ("sorvik_facebook", 30, "message", "Mamma til to", "Hvor får vi hentet gjenglemte ting?", "", "", "answered", 4),
    ("culture_facebook", 2, "comment", "Liv", "Er det rullestolplass igjen til lørdag?", "", "", "", 0),
    ("culture_facebook", 26, "review", "Per", "Flott konsert, men garderoben var stengt.", "negative", "", "", 0),
    ("culture_facebook", 75, "comment", "Mia", "Gleder meg!", "positive", "", "answered", 1),
    ("danish_instagram", 5, "comment", "Emil", "Er der flere pladser på skituren?", "", "", "", 0),
    (
        "danish_instagram",
        50,
        "message",
        "Far til Ida",
        "Hvornår åbner tilmeldingen til fotoholdet?",
        "question",
        "",
        "answered",
        3,
    ),
]


def load(body: SimpleNamespace, accounts: SimpleNamespace, now: dt.datetime) -> None:
    for number, (key, ago, kind, author, text, tone, concerns, outcome, answered_after) in enumerate(POSTS, 1):
        account = getattr(accounts, key)
        arrived = now - dt.timedelta(hours=ago, minutes=7)
        item = Incoming(remote_id=f"demo-{number}", kind=kind, author=author, text=text, posted_at=arrived)
        [result] = ingest(account, [item], source=Post.Source.IMPORT, now=arrived)
        post = Post.objects.select_related("account").get(pk=result.post_id)
        if tone or concerns:
            triage(
                post, tone=tone, concerns=concerns.split(), by=account.editor, now=arrived + dt.timedelta(minutes=30)
            )
        if outcome:
            close(post, outcome=outcome, by=account.editor, now=arrived + dt.timedelta(hours=answered_after))
