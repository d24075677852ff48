from guidelines.views import aids, drafting, publishing, reading, ready_texts

__all__ = ["aids", "drafting", "publishing", "reading", "ready_texts"]
