from accounts.models.applications import Application, ApplicationPerson, Comment, Decision
from accounts.models.checklists import Check
from accounts.models.connections import Connection, Cursor, HookDelivery, HookSource, TokenLimit
from accounts.models.crisis import CrisisPeriod
from accounts.models.desk import Looking, SavedView
from accounts.models.flags import Flag
from accounts.models.moderators import Assignment
from accounts.models.posts import Post
from accounts.models.register import OfficialAccount, Pause
from accounts.models.removals import Removal
from accounts.models.replies import Reply
from accounts.models.rota import Shift, TakeOver
from accounts.models.work_use import Site, WorkUse

__all__ = [
    "Application",
    "ApplicationPerson",
    "Assignment",
    "Check",
    "Comment",
    "Connection",
    "CrisisPeriod",
    "Cursor",
    "Decision",
    "Flag",
    "HookDelivery",
    "HookSource",
    "Looking",
    "OfficialAccount",
    "Pause",
    "Post",
    "Removal",
    "Reply",
    "SavedView",
    "Shift",
    "Site",
    "TakeOver",
    "TokenLimit",
    "WorkUse",
]
