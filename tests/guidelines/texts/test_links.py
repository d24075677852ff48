"""Links to rules, pages and outside sources, and the job that finds those that lead nowhere."""

import datetime as dt

import pytest
from django.urls import reverse

from governance.notices.models import Notice
from guidelines.texts import links, publication, sweeps
from guidelines.texts import links as texts_links
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.links import MISSES_UNTIL_DEAD, OutsideLink
from guidelines.texts.markdown import links_of, render
from guidelines.texts.outside import problem_of
from guidelines.texts.parts import parts_of
from guidelines.texts.targets import PAGES, address_of
from tests.connectors.worlds.served import Served
from tests.guidelines.texts.test_views import page, url


@pytest.fixture
def server(settings):
    """A web server that answers with the status that its path names; `/to/x` leads on to x."""

    def answer(path, query, headers):
        if path.startswith("/to/"):
            return 302, b"", {"Location": path.removeprefix("/to")}
        if path == "/loop":
            return 301, b"", {"Location": "/loop"}
        if path == "/away":
            return 302, b"", {"Location": "file:///etc/hostname"}
        if path == "/inside":
            return 302, b"", {"Location": "http://10.0.0.1/"}
        return served.status or int(path.strip("/")), b"x"

    settings.FETCH_LOOPBACK = True
    served = Served(answer)
    served.status = None
    yield served
    served.close()


def publish(slug, body, cast, now, language="nb"):
    guideline, _new = Guideline.objects.get_or_create(slug=slug, defaults={"audience": Audience.CRISIS})
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft(language, slug.title(), body, revision=None, by=cast.section, now=now)
    publication.publish(draft, must_acknowledge=False, change_note="x", by=cast.section, now=now)
    return guideline


# --- in a text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_every_page_a_text_can_name_is_there(name):
    assert address_of(f"page:{name}").startswith("/")


@pytest.mark.parametrize(
    ("link", "html"),
    [
        ("[a](rule:rules#in-time)", 'href="/guidelines/rules/#rule-in-time"'),
        ("[a](rule:rules)", 'href="/guidelines/rules/"'),
        ("[a](rule:#in-time)", 'href="#rule-in-time"'),
        ("[a](page:inbox)", 'href="/inbox/"'),
        ('[a](https://x.example/ "2026-03-01")', "a</a> (as of 1 March 2026)"),
        ('[a](https://x.example/ "version 2.1")', "a</a> (version 2.1)"),
        ('[a](https://x.example/ "<b>")', "a</a> (&lt;b&gt;)"),
    ],
)
def test_a_link_leads_where_it_names(link, html):
    assert html in render(f"1. See {link} {{#x}}\n").html


@pytest.mark.parametrize("link", ["[a](page:nothing)", "[a](page:)", "[a](rule:)", "[a](rule:A/../b)", "[a](rule:a#B)"])
def test_a_link_that_leads_nowhere_is_plain_text(link):
    html = render(f"See {link}.").html
    assert "href" not in html
    assert "a</a>" in html


def test_links_are_found_once_and_in_order():
    body = (
        "[a](rule:x) [b](mailto:a@b.example) [c](https://x.example/)\n\n- [d](rule:x)\n- [e](page:inbox) [f](#rule-x)\n"
    )
    assert [target.href for target in links_of(body)] == ["rule:x", "https://x.example/", "page:inbox"]


# --- outside --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("200", ""),
        ("403", ""),
        ("404", "gone"),
        ("410", "gone"),
        ("500", "unreachable"),
        ("to/200", ""),
        ("to/404", "gone"),
        ("loop", "unreachable"),
        ("away", "no_address"),
        ("inside", "private"),
    ],
)
def test_an_outside_source_is_looked_at(server, path, problem):
    assert problem_of(f"{server.url}/{path}") == problem


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://127.0.0.1:9/", "private"),
        ("http://10.1.2.3/", "private"),
        ("http://169.254.169.254/latest/", "private"),
        ("http://[::1]/", "private"),
        ("http://", "no_address"),
        ("http://[/", "no_address"),
    ],
)
def test_private_addresses_are_never_fetched(settings, address, problem):
    settings.FETCH_LOOPBACK = False
    assert problem_of(address) == problem


# --- the job --------------------------------------------------------------------------------------------


def test_dead_links_are_told_of_once(server, cast, now):
    publish("rules", "- Fort {#fort}\n", cast, now)
    body = (
        f"- [a](rule:rules#fort) [b](rule:rules#gone) [c](rule:#self) [d](page:none) [e]({server.url}/404) {{#self}}\n"
    )
    publish("other", body + f"- [f]({server.url}/200)\n", cast, now)

    counts = sweeps.links(now)

    assert counts == {"looked at": 2, "dead inside": 2, "dead outside": 1}
    told = Notice.objects.filter(event="guideline_link_dead")
    assert set(told.values_list("person", flat=True)) == {cast.section.pk, cast.chief.pk}
    links = {notice.params["link"] for notice in told}
    assert links == {"rule:rules#gone", "page:none", f"{server.url}/404"}
    assert told.count() == 6
    assert sweeps.links(now)["looked at"] == 0
    assert sweeps.links(now + dt.timedelta(days=1))["looked at"] == 1
    assert told.count() == 6


def test_what_is_only_unreachable_is_given_days(server, cast, now):
    publish("rules", f"- [a]({server.url}/200)\n", cast, now)
    server.status = 503

    dead = [sweeps.links(now + dt.timedelta(days=day))["dead outside"] for day in range(MISSES_UNTIL_DEAD + 1)]

    assert dead == [0] * (MISSES_UNTIL_DEAD - 1) + [1, 0]
    server.status = None
    sweeps.links(now + dt.timedelta(days=10))
    link = OutsideLink.objects.get()
    assert (link.problem, link.misses, link.dead_since) == ("", 0, None)


def test_a_link_no_text_has_any_more_is_forgotten(server, cast, now):
    publish("rules", f"- [a]({server.url}/404)\n", cast, now)
    sweeps.links(now)
    publish("rules", "- Nothing\n", cast, now)

    sweeps.links(now)

    assert not OutsideLink.objects.exists()


def test_looking_stops_when_time_is_over_and_goes_on(server, cast, now):
    publish("rules", "".join(f"- [a]({server.url}/200?{number})\n" for number in range(3)), cast, now)

    assert sweeps.links(now, seconds=-1)["looked at"] == 0
    assert sweeps.links(now)["looked at"] == 3


# --- the pages ------------------------------------------------------------------------------------------


def test_dead_links_are_listed_for_those_who_keep_the_texts(server, login, cast, now):
    publish("rules", f"- [a](rule:nowhere) [b]({server.url}/404) [c]({server.url}/200)\n", cast, now)
    sweeps.links(now)

    shown = page(login(cast.section), url("links"))

    assert "rule:nowhere" in shown
    assert "1 leads nowhere." in shown
    assert shown.index("/404") < shown.index("/200")
    assert reverse("guidelines:guideline", args=["rules"]) in shown
    page(login(cast.employee), url("links"), 403)


def test_a_draft_says_at_once_which_links_lead_nowhere(login, cast, now):
    publish("other", "- Fort {#fort}\n", cast, now)
    guideline = publish("rules", "- Old {#old}\n", cast, now)
    draft = guideline.draft(by=cast.section, now=now)
    body = "- [a](rule:other#fort) [b](rule:#new) [c](rule:rules#old) [d](page:inbox) {#new}\n"
    draft.save_draft("nb", "Rules", body, revision=None, by=cast.section, now=now)

    for name in ("draft", "publish"):
        shown = page(login(cast.section), url(name, "rules"))
        assert "<code>rule:rules#old</code>" in shown
        assert shown.count("<code>rule:") == 1
        assert "page:inbox" not in shown


def test_a_killed_worker_has_neither_found_a_dead_link_nor_told_of_it(server, cast, now, monkeypatch):
    publish("rules", f"- [a]({server.url}/404)\n", cast, now)

    def killed(rows):
        if list(rows):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sweeps, "tell_all", killed)
        with pytest.raises(KeyboardInterrupt):
            sweeps.links(now)
    assert not OutsideLink.objects.dead().exists()

    assert sweeps.links(now + dt.timedelta(hours=1))["dead outside"] == 1
    assert Notice.objects.filter(event="guideline_link_dead").count() == 2


def test_a_link_of_a_text_that_came_since_is_looked_at_all_the_same(server, cast, now, monkeypatch):
    publish("rules", f"- [a]({server.url}/404)\n", cast, now)
    used = texts_links.links_in_force()
    monkeypatch.setattr(sweeps, "links_in_force", lambda: used)
    monkeypatch.setattr(sweeps, "keep_outside_links", lambda used, now: None)
    OutsideLink.objects.create(url=f"{server.url}/410", next_look_at=now)

    assert sweeps.links(now)["dead outside"] == 1


def test_a_text_with_many_links_to_itself_is_read_once(cast, now, monkeypatch):
    guideline = publish("rules", "- [a](rule:#self) [b](rule:#none) {#self}\n" * 3, cast, now)
    read = []
    monkeypatch.setattr(links, "parts_of", lambda body: read.append(body) or parts_of(body))

    dead = links.dead_inside_version(guideline.in_force())

    assert [one.target.href for one in dead] == ["rule:#none"]
    assert len(read) == 1
