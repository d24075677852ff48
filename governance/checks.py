"""Start-up checks: what must never be forgotten fails before the first request is answered."""

from collections.abc import Iterator

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

# The API's own operations decide by token (accounts.public.api); its tests hold that.
DECIDED_BY_TOKEN = "api-1.0.0"


def every_pattern(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Each (address pattern, URLPattern) of the project, the API's left out."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield address, entry
        elif entry.app_name != "ninja" and entry.namespace != DECIDED_BY_TOKEN:
            yield from every_pattern(entry, address)


@register
def every_view_decides_access(app_configs, **kwargs):
    return [
        Error(
            f"The view at “{address}” does not say who may open it.",
            hint="Decorate it with governance.access.public, signed_in or requires.",
            id="talerstol.E001",
        )
        for address, pattern in every_pattern()
        if not hasattr(pattern.callback, "access")
    ]
