from guidelines.views import aids, drafting, publishing, questions, reading, ready_texts

__all__ = ["aids", "drafting", "publishing", "questions", "reading", "ready_texts"]
