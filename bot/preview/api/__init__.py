"""Slack's Web API, as far as the bot uses it: one function per method, one table of all."""

from __future__ import annotations

from bot.preview.api import apps, chat, conversations, users, views
from bot.preview.api.call import ApiError, Arguments, Method, read_arguments

METHODS: dict[str, Method] = {
    **apps.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **views.METHODS,
}

__all__ = ["METHODS", "ApiError", "Arguments", "Method", "read_arguments"]
