"""The Slack surface: a listener parses, makes one call, responds."""

from __future__ import annotations

from bot.slack.bot import SlackBot
from bot.slack.manifest import manifest
from bot.slack.services import Installations, Services

__all__ = ["Installations", "Services", "SlackBot", "manifest"]
