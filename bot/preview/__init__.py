"""A Slack-compatible workspace on a local port, with a page to use it by hand; tests drive the bot by it."""

from __future__ import annotations

from bot.preview.acts import Asked
from bot.preview.faults import RESPONSE_URL, Fault, FaultKind
from bot.preview.hooks import Answer
from bot.preview.journal import Call
from bot.preview.outgoing import Ack
from bot.preview.workspace import Complete, Workspace
from bot.preview.world import Finding, Posted

__all__ = [
    "RESPONSE_URL",
    "Ack",
    "Answer",
    "Asked",
    "Call",
    "Complete",
    "Fault",
    "FaultKind",
    "Finding",
    "Posted",
    "Workspace",
]
