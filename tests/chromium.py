"""A real Chromium for tests: `visit(person)` gives a page logged in as that person, checked by axe wherever it goes.

No request leaves this machine: anything else is refused and fails the test, as does an error in the console.
"""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

ROOT = Path(__file__).parent.parent
AXE = ROOT / "node_modules/axe-core/axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What passed is neither described nor sent over: that took longer than looking.
AXE_RUN = """
tags => axe.run({runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]}).then(found => found.violations)
"""
# The lean one where it is at hand: the same engine without windows, at half the time and a fraction of the work.
EXECUTABLE = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
# Where pictures of every page visited go, when somebody wants to look at them.
SCREENSHOTS = os.environ.get("TALERSTOL_SCREENSHOTS")


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in the test's own thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=EXECUTABLE,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                # Without these Chromium calls home.
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                # Whatever is not this machine goes to a proxy that nobody runs, so it cannot leave.
                "--proxy-server=http://127.0.0.1:9",
                "--proxy-bypass-list=127.0.0.1;localhost",
            ],
        )
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


class Visitor:
    """A page and what went wrong on it. `page` is Playwright's; `go` and `settle` check the page that is shown."""

    def __init__(self, page, base: str, name: str, problems: list[str], *, javascript: bool):
        self.page, self.base, self.name, self.problems, self.javascript = page, base, name, problems, javascript
        self.pages_seen = 0
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _note(self, message):
        # A form shown again with its errors answers 422, which Chromium notes as if something were broken.
        if message.type == "error" and "422" not in message.text:
            self.problems.append(message.text)

    def go(self, path: str):
        response = self.page.goto(self.base + path)
        assert response.status < 400, f"{path}: {response.status}"
        return self.settle()

    def settle(self):
        """Check the page as it stands: axe, console, a heading, a title."""
        self.page.wait_for_load_state()
        self.pages_seen += 1
        if SCREENSHOTS:
            folder = Path(SCREENSHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{self.name}-{self.pages_seen:02}.png", full_page=True)
        if self.javascript:  # axe never answers where scripts do not run; the same pages are checked with them
            assert violations(self.page) == []
        assert self.page.locator("h1").count() == 1
        assert self.page.title()
        assert self.problems == []
        return self.page

    def click(self, target):
        """Click what leads to another page, and check that page once it is there."""
        with self.page.expect_navigation():
            target.click()
        return self.settle()

    def press(self, name: str):
        """Press the button, or follow the link, that says this."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=name)
        return self.click((button if button.count() else main.get_by_role("link", name=name)).first)

    def submit(self):
        """Press the first form's button."""
        return self.click(self.page.locator("main form [type=submit]").first)


def violations(page) -> list[str]:
    """What axe finds on the page: rule, help and the elements, one line each."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(AXE_RUN, AXE_TAGS)
    return [f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes']]}" for one in found]


@pytest.fixture
def visit(chromium, live_server, request):
    """`visit(person, dark=…, width=…, javascript=…, language=…)`: a Visitor; None visits without log-in."""
    contexts = []

    def open_page(person=None, *, dark=False, width=1280, javascript=True, language="en-GB") -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale=language,
        )
        contexts.append(context)
        problems: list[str] = []

        # Listening, not routing: a route would ask this process about every file and switch off Chromium's cache.
        def note_strangers(request):
            if not request.url.startswith((live_server.url, "data:")):
                problems.append(request.url)

        context.on("request", note_strangers)
        if person is not None:
            client = Client()
            client.force_login(person)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        name = f"{request.node.name}-{person.email.split('@')[0] if person else 'public'}"
        return Visitor(context.new_page(), live_server.url, name, problems, javascript=javascript)

    yield open_page
    for context in contexts:
        context.close()
