from guidelines.views import (
    comparing,
    discussion,
    drafting,
    links,
    planning,
    publishing,
    reading,
    ready_texts,
    reviewing,
    starter,
)

__all__ = [
    "comparing",
    "discussion",
    "drafting",
    "links",
    "planning",
    "publishing",
    "reading",
    "ready_texts",
    "reviewing",
    "starter",
]
