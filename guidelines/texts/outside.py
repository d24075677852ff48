"""Whether an outside source still answers. No private addresses, no redirect followed unseen, no body read."""

from __future__ import annotations

from urllib.parse import urljoin

import requests
import urllib3
from django.conf import settings
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress

from guidelines.texts.links import Problem

CONNECT_SECONDS, READ_SECONDS = 5, 10
MOST_REDIRECTS = 5
USER_AGENT = "Talerstol (+looks whether a source that a guideline links to is still there)"


def problem_of(url: str) -> Problem:
    """What is wrong with the address now; NONE where anything answers, be it that one must log in."""
    config = Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=settings.FETCH_LOOPBACK,
        never_redirect=True,
        default_timeout=(CONNECT_SECONDS, READ_SECONDS),
        user_agent_override=USER_AGENT,
    )
    with Manager(config).get_session() as session:
        session.trust_env = False  # no proxy and no .netrc that the environment happens to name
        try:
            return _follow(session, url)
        except InvalidIPAddress:
            return Problem.PRIVATE
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError, ValueError):
            return Problem.NO_ADDRESS
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError):
            return Problem.UNREACHABLE


def _follow(session: requests.Session, url: str) -> Problem:
    for _hop in range(MOST_REDIRECTS + 1):
        # Each hop is a call of its own, so each address is filtered; a redirect may only lead to the web.
        if not url.lower().startswith(("http://", "https://")):
            return Problem.NO_ADDRESS
        with session.get(url, stream=True) as response:
            status, location = response.status_code, response.headers.get("location")
        if 300 <= status < 400 and location:
            url = urljoin(url, location)
            continue
        if status in (404, 410):
            return Problem.GONE
        return Problem.UNREACHABLE if status >= 500 else Problem.NONE
    return Problem.UNREACHABLE
