"""A server whose handles have another domain than its addresses: asked once, and both are one identity."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from accounts.platforms.servers import ask_servers
from accounts.public.verification import answer
from accounts.register.models import OfficialAccount
from governance.platforms.models import Platform
from tests import factories


@pytest.fixture
def servers(settings):
    """`handles` sends those who ask on to `addresses`; what both say of whom stands in `said`."""
    settings.FETCH_LOOPBACK = True
    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.server.moved_to:
                self.send_response(301)
                self.send_header("Location", self.server.moved_to + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = json.dumps(self.server.says).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    made = [ThreadingHTTPServer(("127.0.0.1", 0), Answers) for _number in range(2)]
    for server in made:
        server.says, server.moved_to, server.asked = None, "", asked
        threading.Thread(target=server.serve_forever, daemon=True).start()
    handles, addresses = made
    handles.name, addresses.name = (f"127.0.0.1:{server.server_port}" for server in made)
    handles.moved_to = f"http://{addresses.name}"
    addresses.says = {
        "subject": f"acct:fjordvik@{handles.name}",
        "links": [
            {"rel": "self", "href": f"http://{addresses.name}/users/fjordvik"},
            {"rel": "http://webfinger.net/rel/profile-page", "href": f"http://{addresses.name}/@fjordvik"},
        ],
    }
    yield handles, addresses
    for server in made:
        server.shutdown()
        server.server_close()


@pytest.fixture
def mastodon(db):
    return Platform.objects.get(code="mastodon")


def test_both_are_one_identity_and_the_address_that_exists_is_linked(body, mastodon, servers, now):
    handles, addresses = servers
    account = factories.account(unit=body.nordvik, platform=mastodon, handle=f"fjordvik@{handles.name}", url="")
    assert ask_servers(now) == {"asked": 1, "elsewhere": 1}
    account.refresh_from_db()
    assert account.url == f"http://{addresses.name}/@fjordvik"
    calls = len(handles.asked)
    for text in (f"@fjordvik@{handles.name}", f"http://{addresses.name}/@fjordvik", f"{handles.name}/users/fjordvik"):
        assert (answer(text).status, text) == ("official", text)
    assert answer(f"http://{addresses.name}/@other").status == "unknown"
    assert ask_servers(now) == {"asked": 0, "elsewhere": 0}  # once
    assert len(handles.asked) == calls  # and verification asks nobody


def test_a_server_cannot_claim_what_another_does_not_confirm(body, mastodon, servers, now):
    handles, addresses = servers
    handles.moved_to, handles.says = "", addresses.says
    addresses.says = {"subject": f"acct:somebody@{addresses.name}", "links": addresses.says["links"]}
    factories.account(unit=body.nordvik, platform=mastodon, handle=f"fjordvik@{handles.name}")
    assert ask_servers(now) == {"asked": 0, "elsewhere": 0}
    assert answer(f"http://{addresses.name}/@fjordvik").status == "unknown"


def test_a_form_asks_where_handle_and_address_lie_apart(login, cast, body, mastodon, servers):
    handles, addresses = servers
    form = {
        "platform": mastodon.pk, "name": "Fjordvik", "unit": body.nordvik.pk, "kind": "ordinary", "language": "nb",
        "communication": "both", "moderation_mode": "along", "visibility": "open",
        "handle": f"fjordvik@{handles.name}", "url": f"http://{addresses.name}/@fjordvik",
    }  # fmt: skip
    login(cast.section).post("/accounts/new/", form)
    account = OfficialAccount.objects.get()
    assert (account.handle, account.address_server) == (f"fjordvik@{handles.name}", addresses.name)
    assert answer(f"http://{addresses.name}/@fjordvik").account == account
    form["handle"] = f"another@{handles.name}"
    assert "is written as the handle" in login(cast.section).post("/accounts/new/", form).text
