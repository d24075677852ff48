from guidelines.views import comparing, drafting, publishing, reading, ready_texts

__all__ = ["comparing", "drafting", "publishing", "reading", "ready_texts"]
