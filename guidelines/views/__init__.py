from guidelines.views import drafting, publishing, reading, ready_texts, search

__all__ = ["drafting", "publishing", "reading", "ready_texts", "search"]
