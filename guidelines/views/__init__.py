from guidelines.views import drafting, imports, publishing, reading, ready_texts, search

__all__ = ["drafting", "imports", "publishing", "reading", "ready_texts", "search"]
