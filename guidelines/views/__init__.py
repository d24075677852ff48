from guidelines.views import comparing, drafting, links, publishing, reading, ready_texts

__all__ = ["comparing", "drafting", "links", "publishing", "reading", "ready_texts"]
