"""A check of Block Kit that shares nothing with the code that renders messages.

It follows Slack's published limits. An error is what Slack refuses; a warning is what Slack would show,
but hardly as it was meant (a broadcast, an unescaped character, a message without text). Blocks that
only agents send (plan, task_card, context_actions) and those too new to rely on are unknown here.
"""

from __future__ import annotations

from bot.preview.blockkit.message import TOTAL_TEXT, check_message, check_view, text_length

__all__ = ["TOTAL_TEXT", "check_message", "check_view", "text_length"]
