"""For Django alone, which looks for an app's models here.

Everybody else imports the room: `accounts.inbox.models`.
"""

from accounts.applications.models import Application, ApplicationPerson, Comment, Decision
from accounts.crisis.models import CrisisPeriod
from accounts.duty.models import Shift, TakeOver
from accounts.flags.models import Flag
from accounts.inbox.models import Looking, Post, Removal, Reply, SavedView
from accounts.moderators.models import Assignment
from accounts.platforms.models import Connection, Cursor, HookDelivery, HookSource, TokenLimit
from accounts.register.checklists import Check
from accounts.register.former import FormerHandle
from accounts.register.models import OfficialAccount, Pause
from accounts.work_use.models import Site, WorkUse

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
    "FormerHandle",
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
