"""A workspace, or a whole organization, that installed the bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One installation: the ids that Slack calls it by, and the bot's token there.

    `is_enterprise` means the whole organization `enterprise_id`; else it is the workspace `team_id`.
    Tokens stay out of `repr`, so that no log line shows one. `expires_at` is None for a token that does
    not rotate.
    """

    team_id: str
    enterprise_id: str = ""
    is_enterprise: bool = False
    bot_token: str = field(repr=False)
    bot_user_id: str = ""
    bot_id: str = ""
    scopes: tuple[str, ...] = ()
    app_id: str = ""
    installed_at: datetime
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
