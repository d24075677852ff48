from guidelines.views import (
    comparing,
    discussion,
    drafting,
    exports,
    imports,
    links,
    planning,
    publishing,
    reading,
    ready_texts,
    reviewing,
    search,
)

__all__ = [
    "comparing",
    "discussion",
    "drafting",
    "exports",
    "imports",
    "links",
    "planning",
    "publishing",
    "reading",
    "ready_texts",
    "reviewing",
    "search",
]
