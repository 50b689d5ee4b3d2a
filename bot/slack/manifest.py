"""The Slack app manifest: what the bot asks Slack for, and where Slack finds it."""

from __future__ import annotations

from typing import Any

import yaml

from bot.slack.scopes import OPTIONAL_SCOPES, SCOPES

EVENTS = ("app_uninstalled", "tokens_revoked", "message.im", "app_mention")
"""The events that the bot does something about."""
PLACEHOLDER = "https://newsbrief.example.com"


def manifest(*, url: str = "", command: str = "/news", socket_mode: bool = False) -> str:
    """The manifest as YAML; `url` is the bot's public address, unused in Socket Mode.

    It declares only what the bot serves: no shortcut, no home tab, no unfurl domain. The bot token stays
    fixed, because a rotating one cannot be written into SLACK_BOT_TOKEN.
    """
    base = "" if socket_mode else (url.rstrip("/") or PLACEHOLDER)
    document = {
        "display_information": _display(),
        "features": _features(base, command),
        "oauth_config": _oauth(base),
        "settings": _settings(base, socket_mode=socket_mode),
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


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
        "usage_hint": "[words] | top | latest | topics | providers | status | help",
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
