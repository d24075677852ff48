"""The inbox as a working place: who is looking at a post, and searches that a person keeps."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.posts import Post
from governance.models import Person


class Looking(models.Model):
    """Somebody has the post open; told to the others for a few minutes after `seen_at`."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="lookers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="looking_once")]


class SavedView(models.Model):
    """A search of the inbox under a name, for one person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)  # the address's query string

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_view_once")]

    def __str__(self):
        return self.name
