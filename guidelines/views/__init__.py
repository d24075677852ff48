from guidelines.views import (
    aids,
    comparing,
    discussion,
    drafting,
    links,
    planning,
    publishing,
    questions,
    readers,
    reading,
    ready_texts,
    reviewing,
)

__all__ = [
    "aids",
    "comparing",
    "discussion",
    "drafting",
    "links",
    "planning",
    "publishing",
    "questions",
    "readers",
    "reading",
    "ready_texts",
    "reviewing",
]
