from guidelines.views import comparing, drafting, exports, imports, links, publishing, reading, ready_texts, search

__all__ = ["comparing", "drafting", "exports", "imports", "links", "publishing", "reading", "ready_texts", "search"]
