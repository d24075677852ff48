"""What an audit event is. Each room declares its own in `events.py`; a test holds that each is written somewhere."""

from __future__ import annotations

from governance.declared import Declared


class Event(Declared):
    """Something that is audited: `Event("post.closed", _("Post closed"))`."""
