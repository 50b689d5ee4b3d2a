"""`auth.*`, `api.*`, `apps.*`, `oauth.*`, `bots.*`: who the bot is and how it got in."""

from __future__ import annotations

import secrets

from bot.preview.api.call import ApiError, Arguments, Method
from bot.preview.core import Core, new_token
from bot.preview.sample import ADA, APP_ID, BOT_ID
from bot.preview.world import Json

SCOPES = (
    "commands,chat:write,users:read,im:write,im:history,channels:history,groups:history,"
    "app_mentions:read,links:read,links:write"
)
"""What the workspace grants: all that newsbrief asks for."""


def auth_test(core: Core, arguments: Arguments) -> Json:
    """`auth.test`"""
    del arguments
    return {
        "ok": True,
        "url": f"{core.root}/",
        "team": core.world.team_name,
        "user": core.world.bot.name,
        "team_id": core.world.team_id,
        "user_id": core.world.bot.id,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def api_test(core: Core, arguments: Arguments) -> Json:
    """`api.test`: echoes its arguments; `error` makes it fail."""
    del core
    given = {key: value for key, value in arguments.items() if key != "token"}
    if "error" in given:
        raise ApiError(arguments.text("error"), args=given)
    return {"ok": True, "args": given}


def open_connection(core: Core, arguments: Arguments) -> Json:
    """`apps.connections.open`: a socket address that works once."""
    del arguments
    ticket = secrets.token_urlsafe(16)
    core.codes.add(f"socket:{ticket}")
    return {"ok": True, "url": f"{core.root.replace('http', 'ws', 1)}/link/?ticket={ticket}"}


def oauth_access(core: Core, arguments: Arguments) -> Json:
    """`oauth.v2.access`: a code from the authorize page, once, for a bot token."""
    code = f"oauth:{arguments.text('code')}"
    if code not in core.codes:
        raise ApiError("invalid_code")
    core.codes.remove(code)
    token = new_token("xoxb")
    core.bot_tokens.add(token)
    return {
        "ok": True,
        "app_id": APP_ID,
        "authed_user": {"id": ADA},
        "scope": SCOPES,
        "token_type": "bot",
        "access_token": token,
        "bot_user_id": core.world.bot.id,
        "team": {"id": core.world.team_id, "name": core.world.team_name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def bot_info(core: Core, arguments: Arguments) -> Json:
    """`bots.info`"""
    if arguments.text("bot") not in ("", BOT_ID):
        raise ApiError("bot_not_found")
    bot = core.world.bot
    return {"ok": True, "bot": {"id": BOT_ID, "app_id": APP_ID, "user_id": bot.id, "name": bot.name}}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "api.test": api_test,
    "apps.connections.open": open_connection,
    "oauth.v2.access": oauth_access,
    "bots.info": bot_info,
}
