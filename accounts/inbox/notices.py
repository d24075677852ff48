"""What people are told of posts."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import Group, NoticeKind

POST_ARRIVED = NoticeKind(
    "post_arrived",
    _("A post has come in"),
    subject=_("A post has come in: %(account)s"),
    body=_("Somebody has written to “%(account)s”. The answer is due %(due_at)s."),
    group=Group.POSTS,
)
POST_REMINDER = NoticeKind(
    "post_reminder",
    _("A post must be answered soon"),
    subject=_("A post must be answered soon: %(account)s"),
    body=_("A post to “%(account)s” must be answered by %(due_at)s."),
    group=Group.POSTS,
)
POSTS_UNSEEN = NoticeKind(
    "posts_unseen",
    _("It cannot be seen whether posts were answered"),
    subject=_("Look yourself whether posts were answered: %(account)s"),
    body=_(
        "The time of %(posts)s posts to “%(account)s” is up, and the portal cannot see whether they were answered. "
        "Look on the platform, and close in the portal those that were."
    ),
    group=Group.POSTS,
)
POST_HANDED_OVER = NoticeKind(
    "post_handed_over",
    _("A post was handed over to you"),
    subject=_("A post was handed over to you: %(account)s"),
    body=_("%(person)s has handed a post to “%(account)s” over to you. The answer is due %(due_at)s."),
    group=Group.POSTS,
)
POST_REOPENED = NoticeKind(
    "post_reopened",
    _("A post you answered is open again"),
    subject=_("A post is open again: %(account)s"),
    body=_("The answer to a post to “%(account)s” is gone on the platform, so the post is open again."),
    group=Group.POSTS,
)
POST_TO_SECTION = NoticeKind(
    "post_to_section",
    _("A reputation-critical post waits for the information section"),
    subject=_("A post waits for the information section: %(account)s"),
    body=_(
        "A post to “%(account)s” may be critical for the reputation. The information section answers it by %(due_at)s."
    ),
)
SECTION_OVERDUE = NoticeKind(
    "section_overdue",
    _("A post at the information section is past its time"),
    subject=_("A post at the information section is past its time: %(account)s"),
    body=_("A post to “%(account)s” should have been dealt with by the information section by %(due_at)s."),
)
POST_OVERDUE = NoticeKind(
    "post_overdue",
    _("A post is unanswered past its time"),
    subject=_("Unanswered post: %(account)s"),
    body=_(
        "A post to “%(account)s” (due %(due_at)s) is unanswered past its time. You are on duty for the account: "
        "answer it, or say in the portal that it needs no answer."
    ),
)
POST_ESCALATED = NoticeKind(
    "post_escalated",
    _("An unanswered post has come to you"),
    subject=_("Unanswered post: %(account)s"),
    body=_(
        "A post to “%(account)s” (due %(due_at)s) is unanswered past its time. It has come to you because nobody "
        "has dealt with it yet."
    ),
    once_with=POST_OVERDUE,
)
POSTS_OVERDUE = NoticeKind(
    "posts_overdue",
    _("Posts that came in late are unanswered past their time"),
    subject=_("Unanswered posts: %(account)s"),
    body=_(
        "Posts to “%(account)s” have come in that should have been answered already. %(count)s wait there past their "
        "time, the oldest since %(due_at)s. You are told of them once, together."
    ),
)
