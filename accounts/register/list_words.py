"""The words of other people's lists: how they call a column, a platform and a state of an account."""

import re

from django.utils.translation import gettext_lazy as _

from accounts.register.models import State

# Our column -> how lists call it, bare of all but letters, the closest first (`governance.imports.headings`).
HEADINGS = {
    "platform": "plattform kanal medium tjeneste teneste nettsamfunn sosialtmedium socialtmedie medie some "
    "network channel",
    "handle": "brukernavn brukarnamn brugernavn username brukernamn alias handlenavn",
    "url": "lenke lenkje link url nettadresse webadresse adresse urladresse profillenke profillenkje profiladresse "
    "profilurl address",
    "external_id": "plattformid eksternid kontoid accountid profilid sideid",
    "name": "navn namn kontonavn kontonamn visningsnavn visningsnamn profilnavn profilnamn navnpåkonto namnpåkonto "
    "sidenavn sidenamn tittel title displayname",
    "unit": "enhet eining enhed enhetskode avdeling afdeling avdeiling organisasjonsenhet skole skule virksomhet "
    "verksemd seksjon tilhørighet eier eigar ejer department owner unitcode",
    "purpose": "formål føremål hensikt beskrivelse skildring description",
    "state": "status tilstand",
    "moderators": "ansvarlig ansvarleg moderator moderatorer moderatorar kontoansvarlig kontoansvarleg redaktør "
    "administrator administratorer kontaktperson responsible",
    "deputies": "stedfortreder stedfortredere varamoderator vara vikar stedfortræder stedfortrædere reserve deputy",
    "last_activity_at": "sistaktivitet sisteaktivitet sistaktiv sistbrukt sisteinnlegg sisteinnlegget sidstaktiv "
    "sidsteopslag sidsteaktivitet senestaktiv lastactivity lastpost",
}

# The same on the page, where somebody maps the rest by hand.
LABELS = {
    "platform": _("Platform"),
    "handle": _("Handle"),
    "url": _("Address"),
    "external_id": _("The account’s id on the platform"),
    "name": _("Name"),
    "unit": _("Unit"),
    "purpose": _("Purpose"),
    "state": _("State"),
    "moderators": _("Moderators"),
    "deputies": _("Deputies"),
    "last_activity_at": _("Last activity"),
}

STATES = {
    State.PLANNED: "planlagt planlagd",
    State.ACTIVE: "aktiv ibruk ja",
    State.PAUSED: "pause pauset sattpåpause",
    State.RETIRING: "avvikles underavvikling",
    State.RETIRED: "avviklet avvikla nedlagt nedlagd slettet sletta lukket lukka fjernet fjerna",
}

_BETWEEN = re.compile(r"[;,\n]+|\s+(?:og|and|&)\s+")


def split_accounts(text: str) -> list[str]:
    """The addresses and handles of one cell; blanks divide only what is plainly several.

    `https://a.example/x https://a.example/y` and `@a @b` are two; `Fjordvik kommune` stays one.
    """
    found = []
    for part in _BETWEEN.split(text):
        pieces = [piece for piece in part.split() if piece not in ("|", "/", "-", "&")]
        several = len(pieces) > 1 and all("/" in piece or piece.startswith("@") for piece in pieces)
        found += pieces if several else [part.strip()]
    return [part for part in found if part]
