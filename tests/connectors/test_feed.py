"""What the contract cannot ask of feeds: dates, encodings, and documents that are none, are broken or play tricks."""

import datetime as dt
from email.utils import format_datetime

import pytest
from django.test import override_settings

from accounts.connectors.base import Access, RemoteState
from accounts.connectors.errors import ConnectorError, ErrorCode
from accounts.connectors.feed import MOST_ATTRIBUTES, MOST_TAGS, Blog, Feed
from accounts.connectors.http import Http
from tests.connectors.worlds.served import Served

RSS = "application/rss+xml"


@pytest.fixture
def server():
    """A web server whose `page` is (status, bytes, headers), unless `pages` has another for a path."""
    served = Served(lambda path, query, headers: served.pages.get(path) or served.page)
    served.pages = {}
    with override_settings(FETCH_LOOPBACK=True):
        yield served
    served.close()


def feed(server, now, *, kind=Feed, address=None) -> Feed:
    return kind(Access({"address": address or f"{server.url}/feed"}, now, handle="fjordvik"), Http(now))


def rss(*items: str, title="News", head="") -> bytes:
    return (
        f'<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{title}</title><link>https://fjordvik.example/</link>{head}{''.join(items)}</channel></rss>"
    ).encode()


def item(date: str | None, tag="pubDate", number=1) -> str:
    dated = f"<{tag}>{date}</{tag}>" if date is not None else ""
    return f"<item><title>t</title><guid>g{number}</guid>{dated}</item>"


ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>tag:fjordvik,2026:news</id>
<title>Nytt</title><link href="https://fjordvik.example/nytt"/><updated>2026-11-18T08:30:00Z</updated>
<entry><id>a</id><title>x</title>{dates}</entry></feed>"""


def at(*parts) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Tue, 17 Nov 2026 08:00:00 GMT", at(2026, 11, 17, 8)),
        ("Tue, 17 Nov 2026 08:00:00 +0100", at(2026, 11, 17, 7)),
        ("Tue, 17 Nov 2026 08:00:00", at(2026, 11, 17, 8)),
        ("17 Nov 2026", at(2026, 11, 17)),
        ("2026-11-17T08:00:00+01:00", at(2026, 11, 17, 7)),
        ("tir, 17 nov 2026 08:00:00 +0100", at(2026, 11, 17, 7)),
        ("mié, 11 nov 2026 08:00:00 +0100", at(2026, 11, 11, 7)),
        ("Sun, 29 Mar 2026 02:30:00 +0100", at(2026, 3, 29, 1, 30)),
        # a day ahead at the most: zones are often wrong, years sometimes
        ("Thu, 19 Nov 2026 08:59:00 GMT", at(2026, 11, 19, 8, 59)),
    ],
)
def test_dates_in_the_wild(server, now, written, read):
    server.page = 200, rss(item(written)), {"Content-Type": RSS}
    assert feed(server, now).activity().last_at == read


@pytest.mark.parametrize(
    "wrong",
    [
        "Thu, 19 Nov 2026 09:01:00 GMT",
        "Thu, 18 Nov 2027 08:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Wed, 32 Nov 2026 08:00:00 GMT",
        "1795200000",
        "18/11/2026 08:00",
        "yesterday",
        "",
    ],
)
def test_a_date_that_cannot_be_is_none(server, now, wrong):
    right = item("Mon, 02 Nov 2026 08:00:00 GMT", number=2)
    server.page = 200, rss(item(wrong), right), {"Content-Type": RSS}
    activity = feed(server, now).activity()
    assert (activity.last_at, activity.undated) == (at(2026, 11, 2, 8), 1), "the newest, perhaps"
    server.page = 200, rss(item(wrong), item(None, number=3)), {"Content-Type": RSS}
    activity = feed(server, now).activity()
    assert (activity.last_at, activity.undated) == (None, 2), "entries without a date do not prove silence"


NEW, OLD, OLDER = "Tue, 17 Nov 2026 08:00:00 GMT", "Mon, 02 Nov 2026 08:00:00 GMT", "Thu, 01 Oct 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("dates", "undated"),
    [
        ((NEW, "yesterday", OLD), 0),  # below the newest: it cannot be newer
        (("i går", NEW), 1),
        (("fre., 13 novembre", "", NEW, "?"), 2),
        ((OLDER, OLD, "17/11/2026"), 1),  # where the newest stands last
        (("17/11/2026", OLDER, OLD), 0),
        ((), 0),
    ],
)
def test_dates_that_cannot_be_read_are_counted_where_they_may_be_the_newest(server, now, dates, undated):
    entries = [item(date, number=number) for number, date in enumerate(dates)]
    server.page = 200, rss(*entries), {"Content-Type": RSS}
    assert feed(server, now).activity().undated == undated


def looks(server, pages, now, step=dt.timedelta(days=30)):
    """The activity at one look after another, each with what the last one noted."""
    noted = ""
    for number, page in enumerate(pages):
        moment = now + number * step
        server.page = 200, page(moment), {"Content-Type": RSS}
        reader = feed(server, moment)
        reader.access.noted = noted
        activity = reader.activity()
        noted = activity.note
        yield activity


def by_request(*numbers):
    return lambda moment: rss(*(item(format_datetime(moment), number=number) for number in numbers))


def touched_up(moment):
    return ATOM.format(dates=f"<updated>{moment.isoformat()}</updated>").encode()


@pytest.mark.parametrize(
    "page", [by_request(1), touched_up, lambda moment: rss(item(moment.isoformat(), tag="dc:date"))]
)
def test_a_feed_that_dates_anew_at_each_request_does_not_look_alive_for_ever(server, now, page):
    assert [activity.last_at for activity in looks(server, [page] * 4, now)] == [now] * 4


def test_many_entries_dated_by_the_request_have_no_date(server, now):
    first, second, third = looks(server, [by_request(1, 2), by_request(1, 2), by_request(3, 1, 2)], now)
    assert (first.last_at, first.undated) == (second.last_at, second.undated) == (None, 2)
    # What was not there before is new, whatever else is known.
    assert (third.last_at, third.undated) == (now + dt.timedelta(days=60), 0)


def test_what_comes_between_two_looks_is_new_whatever_its_date_says(server, now):
    dated = item(OLD, number=1)
    pages = [rss(dated), rss(item("i dag", number=2), dated), rss(item("i dag", number=2), dated)]
    seen = list(looks(server, [lambda moment, page=page: page for page in pages], now, dt.timedelta(days=1)))
    day = now + dt.timedelta(days=1)
    assert [activity.last_at for activity in seen] == [at(2026, 11, 2, 8), day, day]
    assert not any(activity.undated for activity in seen)


def test_neither_the_channels_own_date_nor_none_counts_as_an_entry(server, now):
    server.page = 200, rss(head="<lastBuildDate>Tue, 17 Nov 2026 08:00:00 GMT</lastBuildDate>"), {"Content-Type": RSS}
    assert feed(server, now).activity().last_at is None, "an empty feed: nothing published yet"


@pytest.mark.parametrize(
    ("dates", "read"),
    [
        ("<updated>2026-11-17T08:00:00Z</updated>", at(2026, 11, 17, 8)),
        # an entry that is touched up later was published when it was published
        (
            "<published>2026-10-01T08:00:00Z</published><updated>2026-11-17T08:00:00Z</updated>",
            at(2026, 10, 1, 8),
        ),
        (
            "<published>1970-01-01T00:00:00Z</published><updated>2026-11-17T08:00:00Z</updated>",
            at(2026, 11, 17, 8),
        ),
    ],
)
def test_atom(server, now, dates, read):
    server.page = 200, ATOM.format(dates=dates).encode(), {"Content-Type": "application/atom+xml"}
    reader = feed(server, now, kind=Blog)
    assert reader.activity().last_at == read
    account = reader.account()
    assert (account.external_id, account.name) == ("tag:fjordvik,2026:news", "Nytt")
    assert (account.handle, account.url) == ("fjordvik.example", "https://fjordvik.example/nytt")
    assert reader.http.calls == 1, "one fetch reads the feed once"


def test_dublin_core_dates(server, now):
    server.page = 200, rss(item("2026-11-17T08:00:00Z", tag="dc:date")), {"Content-Type": RSS}
    assert feed(server, now).activity().last_at == at(2026, 11, 17, 8)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
@pytest.mark.parametrize("header", [RSS, "text/xml; charset=us-ascii", "text/plain", ""])
def test_encodings(server, now, encoding, header):
    text = rss(item("Tue, 17 Nov 2026 08:00:00 GMT"), title="Nytt frå Sørvåg").decode()
    server.page = 200, text.replace('"1.0"', f'"1.0" encoding="{encoding}"').encode(encoding), {"Content-Type": header}
    reader = feed(server, now)
    assert reader.activity().last_at == at(2026, 11, 17, 8)
    assert reader.account().name == "Nytt frå Sørvåg"


def test_a_script_in_a_title_is_text(server, now):
    page = rss(item("Tue, 17 Nov 2026 08:00:00 GMT"), title="&lt;script&gt;alert(1)&lt;/script&gt;News")
    server.page = 200, page, {"Content-Type": RSS}
    checked = feed(server, now).check()
    assert checked.account.external_id == "https://fjordvik.example/"
    assert "News" in checked.account.name, "shown escaped, like all that comes from outside"


def test_a_link_that_is_no_web_address_is_not_shown(server, now):
    page = rss(item("Tue, 17 Nov 2026 08:00:00 GMT")).replace(b"https://fjordvik.example/", b"javascript:alert(1)")
    server.page = 200, page, {"Content-Type": RSS}
    assert feed(server, now).check().account.url == f"{server.url}/feed"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html><head><title>News</title></head><body>Welcome</body></html>", "text/html"),
        (b"", RSS),
        (b"http://127.0.0.1:1/other", RSS),
        (b"/etc/hostname", RSS),
        (b'{"items": []}', "application/json"),
        (b"\x00\xff\xfe\x00" * 500, RSS),
    ],
)
def test_what_is_no_feed(server, now, body, kind):
    server.page = 200, body, {"Content-Type": kind}
    for ask in (Feed.check, Feed.account, Feed.activity):
        with pytest.raises(ConnectorError) as raised:
            ask(feed(server, now))
        assert raised.value.code == ErrorCode.BAD_ANSWER
        assert not raised.value.permanent


def test_an_ill_formed_feed_is_read_but_half_a_feed_is_not(server, now):
    whole = rss(item("Tue, 17 Nov 2026 08:00:00 GMT"), title="Fish & chips &nbsp;")
    server.page = 200, whole, {"Content-Type": RSS}
    assert feed(server, now).activity().last_at == at(2026, 11, 17, 8)
    server.page = 200, whole[: whole.index(b"</guid>")], {"Content-Type": RSS}
    with pytest.raises(ConnectorError) as raised:
        feed(server, now).activity()
    assert raised.value.code == ErrorCode.BAD_ANSWER


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_not_expanded_and_open_no_files(server, now, encoding):
    bomb = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    declared = f'<!DOCTYPE r [<!ENTITY a "{"x" * 100}">{bomb}<!ENTITY z SYSTEM "file:///etc/hostname">]>'
    text = rss(item("Tue, 17 Nov 2026 08:00:00 GMT"), title="&j;&z;").decode()
    text = text.replace('<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{encoding}"?>{declared}')
    server.page = 200, text.encode(encoding), {"Content-Type": RSS}
    with pytest.raises(ConnectorError) as raised:
        feed(server, now).check()
    assert raised.value.code == ErrorCode.BAD_ANSWER
    assert "entities" in raised.value.detail


ATTRIBUTES = " ".join(f"a{n}='&gt;'" for n in range(MOST_ATTRIBUTES + 1))


@pytest.mark.parametrize(
    ("hostile", "encoding"),
    [
        ("<a>" * MOST_TAGS + "</a>" * MOST_TAGS, "utf-8"),
        ("<a>" * MOST_TAGS, "utf-8"),
        ("<a/>" * MOST_TAGS, "utf-8"),
        ("<a>" * MOST_TAGS, "utf-16"),
        ("<a/>" * MOST_TAGS, "utf-7"),
        (f"<a {ATTRIBUTES}/>", "utf-8"),
        (f"<a b='>' {ATTRIBUTES}/>", "utf-8"),
        (f"<a {ATTRIBUTES}/>", "utf-7"),
    ],
    ids=["nested", "unclosed", "beside each other", "utf-16", "utf-7", "attributes", "behind a >", "attributes utf-7"],
)
def test_what_would_take_minutes_to_read_is_refused_unread(server, now, monkeypatch, hostile, encoding):
    monkeypatch.setattr("feedparser.parse", lambda *_args, **_rest: pytest.fail("it was read"))
    document = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>{hostile}</channel></rss>'
    written = document.encode("utf-8").replace(b"<", b"+ADw-") if encoding == "utf-7" else document.encode(encoding)
    server.page = 200, written, {"Content-Type": f"application/rss+xml; charset={encoding}"}
    with pytest.raises(ConnectorError) as raised:
        feed(server, now).activity()
    assert raised.value.code == ErrorCode.TOO_LARGE


def test_a_long_text_is_not_many_attributes(server, now):
    article = " ".join(f'a{n}="1" === ' for n in range(MOST_ATTRIBUTES + 1))
    described = f"<description>&lt;p {article}&gt;</description><description><![CDATA[{article}]]></description>"
    server.page = 200, rss(f"<item>{described}<pubDate>Tue, 17 Nov 2026 08:00:00 GMT</pubDate></item>"), {}
    assert feed(server, now).activity().last_at == at(2026, 11, 17, 8)


@pytest.mark.parametrize("status", [404, 410])
def test_a_feed_that_is_gone(server, now, status):
    server.page = status, b"", {}
    assert feed(server, now).account().state == RemoteState.GONE
    for ask in (Feed.check, Feed.activity):
        with pytest.raises(ConnectorError) as raised:
            ask(feed(server, now))
        assert raised.value.code == ErrorCode.GONE


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(
    ("location", "host"),
    [("https://news.example/feed", "news.example"), ("/elsewhere", "127.0.0.1"), ("", "127.0.0.1")],
)
def test_a_moved_feed_is_not_followed_but_named(server, now, status, location, host):
    server.page = status, b"", {"Location": location}
    with pytest.raises(ConnectorError) as raised:
        feed(server, now).account()
    assert raised.value.code == ErrorCode.BAD_ANSWER
    assert f"moved to {host}:" in raised.value.detail


@pytest.mark.parametrize("location", ["/feed/", "http://127.0.0.1:{port}/feed/", "{url}/feed/"])
def test_a_feed_that_answers_at_the_same_address_in_another_form_is_read(server, now, location):
    page = 200, rss(item("Tue, 17 Nov 2026 08:00:00 GMT")), {"Content-Type": RSS}
    there = location.format(url=server.url, port=server.url.rpartition(":")[2])
    server.pages = {"/feed": (301, b"", {"Location": there}), "/feed/": page}
    assert feed(server, now).activity().last_at == at(2026, 11, 17, 8)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://fjordvik.example/", "http://fjordvik.example", True),
        ("https://fjordvik.example/", "https://www.fjordvik.example/", True),
        ("http://www.fjordvik.example/nytt", "https://fjordvik.example/nytt/", True),
        ("https://fjordvik.example/nytt", "https://fjordvik.example/sport", False),
        ("https://fjordvik.example/?id=1", "https://fjordvik.example/?id=2", False),
        ("https://fjordvik.example/", "https://fjordvik.test/", False),
        ("tag:fjordvik,2026:news", "tag:fjordvik,2026:news", True),
        ("tag:fjordvik,2026:news", "tag:fjordvik,2026:sport", False),
    ],
)
def test_https_and_www_make_no_other_feed(one, other, same):
    assert Feed.is_same(one, other) == Feed.is_same(other, one) == same


@pytest.mark.parametrize("address", ["", "feed://x", "file:///etc/hostname", "not an address", "http://[::1"])
def test_an_address_that_is_none(server, now, address):
    access = Access({"address": address}, now)
    with pytest.raises(ConnectorError) as raised:
        Feed(access, Http(now)).check()
    assert raised.value.code == ErrorCode.REFUSED_ADDRESS
