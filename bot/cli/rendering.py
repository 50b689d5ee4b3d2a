"""`render`: the exact message for a brief, an alert or a digest, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.output import note, problem_line
from bot.domain.answers import Alert, Piece
from bot.domain.brief import Brief, is_visible
from bot.domain.coverage import other_outlets
from bot.domain.message import Message
from bot.domain.problem import Problem
from bot.domain.subscription import Destination, Digest, Schedule
from bot.errors import UnknownBrief

if TYPE_CHECKING:
    from bot.wiring import Reading


async def brief_message(reading: Reading, name: str) -> int:
    """The message for one brief of the index or a file."""
    brief = _from_file(name) if name.lower().endswith(".md") else await _from_index(reading, name)
    _note_hidden(reading, brief)
    return _say(reading.renderer.brief(brief, await reading.search.heat_scale()))


async def alert_message(reading: Reading, name: str) -> int:
    """The direct message that an alert on one brief would be."""
    brief = await _from_index(reading, name)
    _note_hidden(reading, brief)
    piece = Piece(brief=brief, outlets=other_outlets(brief, brief.related))
    return _say(reading.renderer.alert(Alert(piece=piece, brief_id=0), await reading.search.heat_scale()))


async def digest_message(reading: Reading, filters: str) -> int:
    """A digest with these filters, as if it ran for the first time at the newest brief's moment."""
    from bot.dispatch.rehearsing import rehearsed

    now = reading.clock.now()
    digest = Digest(
        id="",
        to=Destination(),
        number=1,
        schedule=Schedule(zone=reading.zone.key),
        filters=filters,
        created_at=now,
    )
    edition = await rehearsed(reading.index, reading.search, digest, now)
    if edition is None:
        note("No brief of the folder's newest 7 days fits, so the digest would send nothing.")
        return 0
    note(f"As of the folder's newest brief, {edition.at:%Y-%m-%d %H:%M} UTC.")
    return _say(reading.renderer.digest(edition, await reading.search.heat_scale()))


def _say(message: Message) -> int:
    print(json.dumps(message.payload(), ensure_ascii=False, indent=2))
    return 0


def _note_hidden(reading: Reading, brief: Brief) -> None:
    if not is_visible(brief, reading.clock.now()):
        note("No reader gets this brief now: it is hidden, withdrawn or not yet due.")


async def _from_index(reading: Reading, name: str) -> Brief:
    brief = await reading.index.brief(name)
    if brief is None:
        raise await unknown_brief(reading, name)
    return brief


async def unknown_brief(reading: Reading, name: str) -> UnknownBrief:
    """The error for a slug that no brief has, with the nearest that one has."""
    near = await _near_slug(reading, name)
    hint = f"Did you mean {near}?" if near else "`newsbrief search` shows slugs."
    return UnknownBrief(f"No brief has the slug {name!r}.", hint=hint)


def _from_file(path: str) -> Brief:
    from bot.content import parse_file

    if not Path(path).is_file():
        raise UnknownBrief(f"There is no file {path!r}.")
    parsed = parse_file(path)
    if parsed.brief is None:
        if parsed.skipped:
            raise UnknownBrief(f"{path!r} describes a provider or topic, not a brief.")
        _note_problems(parsed.problems)
        raise UnknownBrief(f"{path!r} cannot be rendered until its errors are mended.")
    return parsed.brief


def _note_problems(problems: Iterable[Problem]) -> None:
    """Problems beside a result that goes to stdout."""
    for problem in problems:
        note(problem_line(problem))


async def _near_slug(reading: Reading, name: str) -> str:
    result = await reading.search.ask(name.replace("-", " "), reading.zone, limit=5)
    near = get_close_matches(name, [hit.brief.slug for hit in result.hits], 1)
    return near[0] if near else ""
