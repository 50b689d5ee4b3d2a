"""`users.*`: who is here, and in which time zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.preview.api.call import ApiError, Arguments, Method, page
from bot.preview.core import Core
from bot.preview.sample import APP_ID, BOT_ID
from bot.preview.world import Json, Person


def user_json(core: Core, person: Person) -> Json:
    """A member as Slack's API returns it; `tz_offset` is in seconds east of UTC at this moment."""
    local = core.clock.now().astimezone(ZoneInfo(person.zone))
    offset = local.utcoffset()
    body: Json = {
        "id": person.id,
        "team_id": core.world.team_id,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "tz": person.zone,
        "tz_label": local.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "locale": "en-US",
        "profile": {
            "real_name": person.real_name,
            "display_name": person.name,
            "title": person.title,
            "team": core.world.team_id,
        },
    }
    if person.is_bot:
        body["profile"] |= {"bot_id": BOT_ID, "api_app_id": APP_ID}
    return body


def info(core: Core, arguments: Arguments) -> Json:
    """`users.info`"""
    person = core.world.member(arguments.text("user"))
    if person is None:
        raise ApiError("user_not_found")
    return {"ok": True, "user": user_json(core, person)}


def list_all(core: Core, arguments: Arguments) -> Json:
    """`users.list`"""
    everyone = [user_json(core, person) for person in (*core.world.people.values(), core.world.bot)]
    shown, cursor = page(everyone, arguments, default=100, most=1000)
    return {"ok": True, "members": shown, "response_metadata": {"next_cursor": cursor}}


METHODS: dict[str, Method] = {"users.info": info, "users.list": list_all}
