"""Small pieces every page uses."""

from django import template
from django.utils.html import format_html

register = template.Library()

# One colour a meaning, whatever the state belongs to. What is not named here is neutral.
COLOURS = {
    "success": {"active", "approved", "conditions", "registered", "accepted", "answered", "allowed"},
    "warning": {"submitted", "paused", "returned", "retiring", "offered", "due_soon", "open", "expiring"},
    "danger": {"overdue", "rejected", "not_allowed", "unanswered", "inactive", "stopped", "failing"},
    "info": {"draft", "planned", "trial", "waiting"},
}


@register.simple_tag
def state_tag(state, label):
    """`{% state_tag account.state account.get_state_display %}`: the state as a coloured tag with its words."""
    colour = next((colour for colour, states in COLOURS.items() if state in states), "neutral")
    return format_html('<span class="ds-tag" data-variant="outline" data-color="{}">{}</span>', colour, label)
