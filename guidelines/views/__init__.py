from . import drafting, publishing, reading

__all__ = ["drafting", "publishing", "reading"]
