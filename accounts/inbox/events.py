"""What the trail keeps of posts."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

POST_REGISTERED = Event("post.registered", _("Post registered"))
POST_TRIAGED = Event("post.triaged", _("Post triaged"))
POST_CLOSED = Event("post.closed", _("Post closed"))
POST_REOPENED = Event("post.reopened", _("Post reopened"))
POST_DEADLINE_MOVED = Event("post.deadline_moved", _("Deadline moved"))
POST_MERGED = Event("post.merged", _("Two posts made one"))
POST_HELD = Event("post.held", _("Holding reply sent"))
POST_CLAIMED = Event("post.claimed", _("Post taken on"))
POST_RELEASED = Event("post.released", _("Post released"))
POST_HANDED_OVER = Event("post.handed_over", _("Post handed over"))
POST_TO_SECTION = Event("post.to_section", _("Post given to the information section"))
POST_BACK = Event("post.back", _("Post given back by the information section"))
