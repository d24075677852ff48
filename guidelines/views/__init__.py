from guidelines.views import comparing, drafting, imports, links, publishing, reading, ready_texts, search

__all__ = ["comparing", "drafting", "imports", "links", "publishing", "reading", "ready_texts", "search"]
