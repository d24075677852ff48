from guidelines.views import drafting, publishing, reading, ready_texts, starter

__all__ = ["drafting", "publishing", "reading", "ready_texts", "starter"]
