"""The workspace that `newsbrief preview` opens: Morning Edition, three people, four channels."""

from __future__ import annotations

from bot.domain.ports import Clock
from bot.preview.world import Conversation, Kind, Person, Posted, World

TEAM_ID = "T0MORNING1"
TEAM_NAME = "Morning Edition"
APP_ID = "A0NEWSBRIEF"
BOT_ID = "B0NEWSBRIEF"
ADA = "U0ADAOKAFOR"

_BOT = Person(id="U0NEWSBRIEF", name="newsbrief", real_name="newsbrief", is_bot=True, title="App")
_PEOPLE = (
    Person(id=ADA, name="ada", real_name="Ada Okafor", zone="Europe/Berlin", title="Editor", color=0),
    Person(
        id="U0LINTANAKA", name="lin", real_name="Lin Tanaka", zone="Asia/Tokyo", title="Research", color=1
    ),
    Person(
        id="U0SAMRIVERA", name="sam", real_name="Sam Rivera", zone="America/New_York", title="Design", color=2
    ),
)
_EVERYONE = frozenset(person.id for person in _PEOPLE)
_CHANNELS = (
    Conversation(
        id="C0NEWS",
        name="news",
        topic="What the world writes about, one brief at a time",
        members=_EVERYONE | {_BOT.id},
    ),
    Conversation(
        id="C0GENERAL",
        name="general",
        topic="Announcements and the morning hello",
        members=_EVERYONE | {_BOT.id},
    ),
    Conversation(id="C0RANDOM", name="random", topic="newsbrief is not a member here", members=_EVERYONE),
    Conversation(
        id="G0EDITORS",
        name="editors",
        kind=Kind.PRIVATE,
        topic="Private: Ada and Lin",
        members=frozenset({ADA, "U0LINTANAKA", _BOT.id}),
    ),
    Conversation(
        id="C0ARCHIVE", name="launch-2019", topic="Archived", members=_EVERYONE | {_BOT.id}, is_archived=True
    ),
)
_WELCOME = (
    (52, "C0GENERAL", "U0SAMRIVERA", "Morning all. The bot in #news answers now: type `/news` and a word."),
    (47, "C0GENERAL", "U0LINTANAKA", "Typos are fine, too: `/news clearvew` found what I meant."),
    (45, "C0GENERAL", ADA, "Good. Share what is worth sharing in #news, please."),
    (30, "C0RANDOM", "U0SAMRIVERA", "Coffee machine is back. That is the news."),
)
"""Minutes before the start, where, who, what."""


def sample_world(clock: Clock) -> World:
    """A fresh Morning Edition; every person has a direct message with newsbrief."""
    world = World(
        clock=clock,
        team_id=TEAM_ID,
        team_name=TEAM_NAME,
        bot=_BOT,
        people={person.id: person for person in _PEOPLE},
        conversations={channel.id: channel for channel in _CHANNELS},
    )
    for person in _PEOPLE:
        world.direct(person.id)
    opened_at = int(clock.now().timestamp())
    for minutes, channel, user, text in _WELCOME:
        ts = f"{opened_at - 60 * minutes}.000100"
        world.add(Posted(channel=channel, ts=ts, user=user, text=text))
    return world
