"""The Slack app manifest: what the bot asks Slack for, and where Slack finds it."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any

import yaml

from bot.errors import UsageError
from bot.slack.scopes import OPTIONAL_SCOPES, SCOPES

EVENTS = ("app_uninstalled", "tokens_revoked", "message.im", "app_mention")
"""The events that the bot does something about."""
USAGE = "[words] | top | latest | digest daily 9:00 | alerts on | why | topics | providers | status | help"
PLACEHOLDER = "https://newsbrief.example.com"

_REPLACE = f"# Replace {PLACEHOLDER} by the address at which Slack reaches your bot, or use --url.\n"
_ADDRESS = re.compile(
    r"https://(?P<host>\[[0-9a-f:.]{2,45}\]|[^\s/?#@:\[\]\\]+)(:(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(/[A-Za-z0-9._~%!$&'()*+,;=:@-]+)*)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?=.{1,253}$)(?!.*\d$)(?:[^\W_]([\w-]{0,61}[^\W_])?\.)*[^\W_]([\w-]{0,61}[^\W_])?")
"""A host name; one that ends in a digit would be a broken IP address."""


def manifest(*, url: str = "", command: str = "/news", socket_mode: bool = False) -> str:
    """The manifest as YAML; `url` is the bot's public address, unused in Socket Mode.

    Raises UsageError for an address that Slack would not take. Without one a placeholder stands in its place,
    and a comment on top says so.

    It declares only what the bot serves: no shortcut, no home tab, no unfurl domain. The bot token stays
    fixed, because a rotating one cannot be written into SLACK_BOT_TOKEN.
    """
    address = _public(url) if url else PLACEHOLDER
    base = "" if socket_mode else address
    document = {
        "display_information": _display(),
        "features": _features(base, command),
        "oauth_config": _oauth(base),
        "settings": _settings(base, socket_mode=socket_mode),
    }
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    return text if url or socket_mode else f"{_REPLACE}{text}"


def _public(url: str) -> str:
    """The address without a slash at its end; raises UsageError unless it is one that Slack can reach."""
    address = url.rstrip("/")
    if not _is_public(address):
        raise UsageError(
            f"{url[:200]!r} is not an address at which Slack can reach the bot.",
            hint="It begins with https:// and a public host, for example https://news.example.com; "
            "without a public address use --socket-mode.",
        )
    return address


def _is_public(address: str) -> bool:
    """True for https with a host name or address that is not this machine's own, and no more than a path."""
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match["port"] or 443) < 65536:
        return False
    host = match["host"].lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return ip_address(host.strip("[]")).is_global
    except ValueError:
        return _NAME.fullmatch(host) is not None


def _display() -> dict[str, Any]:
    return {
        "name": "newsbrief",
        "description": "Finds the right news brief, however the question is spelled.",
        "background_color": "#1f2a44",
    }


def _features(base: str, command: str) -> dict[str, Any]:
    slash = {
        "command": command,
        "description": "Search the news briefs",
        "usage_hint": USAGE,
        "should_escape": False,
    }
    return {
        "app_home": {
            "home_tab_enabled": False,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "newsbrief", "always_online": True},
        "slash_commands": [slash | _at(base, "url")],
    }


def _oauth(base: str) -> dict[str, Any]:
    scopes = {"bot": [*SCOPES, *OPTIONAL_SCOPES], "bot_optional": list(OPTIONAL_SCOPES)}
    redirects = {"redirect_urls": [f"{base}/slack/oauth_redirect"]} if base else {}
    return {**redirects, "scopes": scopes}


def _settings(base: str, *, socket_mode: bool) -> dict[str, Any]:
    return {
        "event_subscriptions": {**_at(base, "request_url"), "bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True, **_at(base, "request_url")},
        "org_deploy_enabled": True,
        "socket_mode_enabled": socket_mode,
        "token_rotation_enabled": False,
    }


def _at(base: str, key: str) -> dict[str, str]:
    return {key: f"{base}/slack/events"} if base else {}
