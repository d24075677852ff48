from accounts.models.applications import Application, ApplicationPerson, Comment, Decision
from accounts.models.flags import Flag
from accounts.models.moderators import Assignment
from accounts.models.posts import Post
from accounts.models.register import OfficialAccount, OpeningCheck, Pause

__all__ = [
    "Application",
    "ApplicationPerson",
    "Assignment",
    "Comment",
    "Decision",
    "Flag",
    "OfficialAccount",
    "OpeningCheck",
    "Pause",
    "Post",
]
