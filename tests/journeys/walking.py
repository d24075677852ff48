"""Walks through the portal that hold in every language: what is followed is found by its address, not by its words."""

import pytest

from governance.people.models import Person

# Each language once; one of them on a phone in the dark, and the one that other tests in a browser read, without
# JavaScript: axe needs it, so its pages are checked there.
LOOKS = [
    pytest.param("nb", {}, id="nb"),
    pytest.param("nn", {"dark": True, "width": 360}, id="nn, on a phone, dark"),
    pytest.param("da", {}, id="da"),
    pytest.param("en-gb", {"javascript": False}, id="en-gb, without JavaScript"),
]


class Walk:
    """Everybody reads the same language and has the same browser; `as_(person)` is one of them on the way."""

    def __init__(self, visit, language: str, browser: dict):
        self._visit, self.language, self._browser = visit, language, browser
        self.javascript = browser.get("javascript", True)
        Person.objects.update(language=language)

    def as_(self, person) -> "Walker":
        return Walker(self._visit(person, language=self.language, **self._browser), self.language)


class Walker:
    """One person's browser. Every page reached is in the right language and no wider than the window."""

    def __init__(self, visitor, language: str):
        self._visitor, self.page, self._language = visitor, visitor.page, language

    def go(self, path: str):
        self._visitor.go(path)
        self._fits()

    def click(self, selector: str):
        """Click the first of these in the page's main part, and look at the page it leads to."""
        self._visitor.click(self.main(selector).first)
        self._fits()

    def follow(self, path: str):
        """Follow the link that leads to this address."""
        self.click(f'a[href="{path}"]')

    def main(self, selector: str):
        return self.page.locator("main").locator(selector)

    def fill(self, name: str, value: str):
        self.main(f"[name={name}]").fill(value)

    def file(self, path: str) -> bytes:
        answer = self.page.request.get(self._visitor.base + path)
        assert answer.status == 200, path
        return answer.body()

    def status(self, path: str) -> int:
        return self.page.request.get(self._visitor.base + path, max_redirects=0).status

    def _fits(self):
        assert self.page.locator("html").get_attribute("lang") == self._language
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(too_wide) <= 0, self.page.url
