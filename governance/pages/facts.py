"""What pages are prepared from: facts (a list of terms), actions (a bar of buttons) and links, as templates loop them.

`components/facts.html`, `components/actions.html` and `components/link.html` show them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    label: str
    url: str

    @property
    def leads_out(self) -> bool:
        return not self.url.startswith(("/", "?", "#"))


@dataclass(frozen=True)
class Fact:
    """A term and what stands for it; an empty value is shown as a dash. `value_url` makes the value a link."""

    label: str
    value: str = ""
    value_url: str = ""
    more: Link | None = None  # stands behind the value

    @property
    def value_link(self) -> Link | None:
        return Link(self.value, self.value_url) if self.value_url else None


@dataclass(frozen=True)
class Action:
    """A button that leads somewhere, or with `posts` one that does it at once."""

    label: str
    url: str
    variant: str = "secondary"
    color: str = ""
    posts: bool = False
