"""Small pieces every page uses."""

from django import template
from django.utils.html import format_html

register = template.Library()

# One colour a meaning, whatever the state belongs to. What is not named here is neutral.
COLOURS = {
    "success": {"active", "approved", "conditions", "registered", "accepted", "answered", "allowed"},
    "warning": {"submitted", "paused", "returned", "retiring", "offered", "due_soon", "open", "expiring"}
    | {"unconfirmed"},
    "danger": {"overdue", "rejected", "not_allowed", "unanswered", "inactive", "stopped", "failing"},
    "info": {"draft", "planned", "trial", "waiting"},
}


# Django's message levels, as the design system's colours name them.
MESSAGE_COLOURS = {"error": "danger", "debug": "info"}


@register.simple_tag
def state_tag(state, label):
    """`{% state_tag account.state account.get_state_display %}`: the state as a coloured tag with its words."""
    colour = next((colour for colour, states in COLOURS.items() if state in states), "neutral")
    return format_html('<span class="ds-tag" data-variant="outline" data-color="{}">{}</span>', colour, label)


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(context, action, label, **look):
    """`{% post_button remove_url _("Remove") variant="tertiary" %}`: a button that posts, beside whatever stands there.

    look: variant (secondary), color, size, name and value to send along, `about` (what is removed, for screen readers).
    """
    return {"action": action, "label": label, "csrf_token": context.get("csrf_token"), **look}


@register.filter
def message_colour(message):
    return MESSAGE_COLOURS.get(message.level_tag, message.level_tag)
