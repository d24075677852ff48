from guidelines.views import drafting, publishing, reading

__all__ = ["drafting", "publishing", "reading"]
