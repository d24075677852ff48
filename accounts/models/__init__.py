from accounts.models.applications import Application, ApplicationPerson, Comment, Decision
from accounts.models.checklists import Check
from accounts.models.flags import Flag
from accounts.models.moderators import Assignment
from accounts.models.posts import Post
from accounts.models.register import OfficialAccount, Pause

__all__ = [
    "Application",
    "ApplicationPerson",
    "Assignment",
    "Check",
    "Comment",
    "Decision",
    "Flag",
    "OfficialAccount",
    "Pause",
    "Post",
]
