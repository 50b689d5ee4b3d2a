"""The permissions that the bot asks for, and what is lost without each optional one."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

SCOPES = ("commands", "chat:write")
"""What the bot cannot do without."""
OPTIONAL_SCOPES = (
    "users:read", "im:write", "im:history", "channels:history", "groups:history", "app_mentions:read",
    "links:read", "links:write",
)  # fmt: skip
"""What a workspace may refuse; each then lacks one feature (contract section 4)."""
USERS_READ = "users:read"
LOSSES = {
    USERS_READ: "Dates such as `since:2021-02-01` are read in {zone}, not in each reader's own time zone",
    "im:write": "A person's first alert is not looked for if it may have been lost on the way",
    "im:history": (
        "Direct messages to the bot are not answered, and alerts that may have been lost on the way "
        "are not looked for"
    ),
    "channels:history": "Digests that may have been lost on the way to a public channel are not looked for",
    "groups:history": "Digests that may have been lost on the way to a private channel are not looked for",
    "app_mentions:read": "Mentions of the bot are not answered",
}
"""What is lost without an optional scope, for the scopes that a feature uses so far.

What is not looked for waits for a person or is sent again, as NEWSBRIEF_UNREADABLE_HISTORY says.
"""


def losses_without_token(zone: ZoneInfo) -> str:
    """What is lost without any bot token; all else works, as commands and buttons are answered without."""
    return (
        "digests and alerts are not sent, direct messages to the bot and mentions of it are not answered, "
        "and dates are read in "
        f"{zone.key}, not in each reader's own time zone."
    )


def losses(missing: Collection[str], zone: ZoneInfo) -> list[str]:
    """A sentence for each missing scope that costs something; `zone` is the one used instead."""
    return [
        f"{loss.format(zone=zone.key)} (the scope `{scope}` is missing)."
        for scope, loss in LOSSES.items()
        if scope in missing
    ]
