from guidelines.views import drafting, publishing, reading, ready_texts

__all__ = ["drafting", "publishing", "reading", "ready_texts"]
