"""What the trail keeps of guidelines."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

GUIDELINE_DRAFTED = Event("guideline.drafted", _("Guideline draft saved"))
GUIDELINE_DISCARDED = Event("guideline.discarded", _("Guideline draft discarded"))
GUIDELINE_PUBLISHED = Event("guideline.published", _("Guideline published"))
GUIDELINE_REVIEW_ASKED = Event("guideline.review_asked", _("Review of a guideline asked for"))
GUIDELINE_APPROVED = Event("guideline.approved", _("Guideline draft approved"))
GUIDELINE_RETURNED = Event("guideline.returned", _("Guideline draft sent back"))
GUIDELINE_ROUND_OPENED = Event("guideline.round_opened", _("Comment round on a guideline opened"))
GUIDELINE_ROUND_CLOSED = Event("guideline.round_closed", _("Comment round on a guideline closed"))
GUIDELINE_COMMENTED = Event("guideline.commented", _("Guideline draft commented"))
GUIDELINE_PLANNED = Event("guideline.planned", _("Publishing of a guideline planned"))
GUIDELINE_PLAN_ENDED = Event("guideline.plan_ended", _("Planned publishing called off"))
GUIDELINE_REVIEW_DATE = Event("guideline.review_date", _("Date to look at a guideline again set"))
GUIDELINE_ACKNOWLEDGED = Event("guideline.acknowledged", _("Guideline acknowledged"))
