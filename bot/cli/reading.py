"""Verbs that read: `check`, `search`, `render`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.cli.exclusions import restore_exclusions
from bot.cli.output import harmless, note, plain, say, say_json, say_problems
from bot.config import Settings
from bot.domain.brief import Brief
from bot.domain.result import Hit, SearchResult
from bot.errors import NewsbriefError, UsageError

if TYPE_CHECKING:
    from bot.wiring import Reading

Work = Callable[["Reading"], Awaitable[int]]


def check(settings: Settings, parsed: argparse.Namespace) -> int:
    """Print every problem of every file; 1 where one would be left out of the index."""
    from bot.content import check as check_files
    from bot.content import directory_problems

    paths = parsed.paths or settings.briefs
    as_json = parsed.format == "json"
    found = say_problems(check_files(paths), as_json=as_json)
    if not parsed.paths:
        folders = settings.provider_folders(), settings.topic_folders()
        found = say_problems(directory_problems(*folders), as_json=as_json) or found
    return int(found)


def search(settings: Settings, parsed: argparse.Namespace) -> int:
    """Answer one query, or with `--stdin` one a line."""
    query = restore_exclusions(parsed.query)
    if parsed.explain and (parsed.json or parsed.stdin):
        raise UsageError("--explain is for people: leave --json and --stdin out.")
    if parsed.stdin:
        if sys.stdin is None:
            raise UsageError("--stdin needs a standard input, and it is closed.")
        if query:
            raise UsageError("--stdin reads the queries from standard input: leave QUERY out.")
        return _with_reading(settings, lambda reading: _answer_lines(reading, parsed.limit))
    if not query.strip():
        raise UsageError("There is nothing to search for: newsbrief search QUERY…, or --stdin.")
    return _with_reading(settings, lambda reading: _answer(reading, query, parsed))


def render(settings: Settings, parsed: argparse.Namespace) -> int:
    """Print the exact message for a brief of the index or a file, an alert, or a digest."""
    from bot.cli.rendering import alert_message, brief_message, digest_message

    if parsed.kind != "digest" and len(parsed.what) != 1:
        raise UsageError(f"render {parsed.kind} needs one slug.", hint="`newsbrief search` shows slugs.")
    make = {"brief": brief_message, "alert": alert_message, "digest": digest_message}[parsed.kind]
    return _with_reading(settings, lambda reading: make(reading, restore_exclusions(parsed.what)))


def _with_reading(settings: Settings, work: Work) -> int:
    from bot.wiring import open_reading

    async def run() -> int:
        async with open_reading(settings, notify=note) as reading:
            return await work(reading)

    return asyncio.run(run())


async def _answer(reading: Reading, query: str, parsed: argparse.Namespace) -> int:
    if parsed.explain:
        explanation = await reading.search.explain(query, reading.zone, limit=parsed.limit)
        for line in explanation.lines():
            say(harmless(line))
        return 0
    started = perf_counter()
    result = await reading.search.ask(query, reading.zone, limit=parsed.limit)
    milliseconds = _ms_since(started)
    if parsed.json:
        say_json(_result_object(query, result, milliseconds))
    else:
        for line in _result_lines(result):
            say(line)
    return 0


def _result_object(query: str, result: SearchResult, milliseconds: float) -> dict[str, Any]:
    return {
        "query": query,
        "ms": milliseconds,
        "suggestion": result.suggestion.text if result.suggestion else None,
        "hits": [_hit_object(hit) for hit in result.hits],
    }


def _hit_object(hit: Hit) -> dict[str, Any]:
    brief = hit.brief
    return {
        "slug": brief.slug,
        "title": brief.title,
        "url": brief.link,
        "provider": _provider(brief),
        "published_at": brief.published_at.isoformat().replace("+00:00", "Z") if brief.published_at else None,
        "heat": brief.warmth,
        "quality": brief.quality,
        "score": round(hit.score, 4),
    }


def _provider(brief: Brief) -> str:
    """The provider's name or domain, else the host of the article, as messages show it."""
    return brief.provider.label or (urlsplit(brief.link).hostname or "").removeprefix("www.")


def _result_lines(result: SearchResult) -> Iterator[str]:
    if result.suggestion:
        yield plain(f"Showing results for: {result.suggestion.text}")
    if not result.hits:
        yield "Nothing found."
    for place, hit in enumerate(result.hits, 1):
        brief = hit.brief
        day = f"{brief.published_at:%Y-%m-%d}" if brief.published_at else ""
        facts = (_provider(brief), day, f"heat {brief.warmth}", brief.slug)
        yield f"{place:2}. {plain(brief.title)}"
        yield "    " + plain(" · ".join(fact for fact in facts if fact))
        yield "    " + plain(brief.link)
    if result.more:
        yield "More with a higher --limit."


async def _answer_lines(reading: Reading, limit: int) -> int:
    """One line out for each line in, in order, flushed at once; nothing else on stdout."""
    loop = asyncio.get_running_loop()
    number = 0
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        number += 1
        say_json(await _answer_line(reading, line, number, limit))
    return 0


async def _answer_line(reading: Reading, line: bytes, number: int, limit: int) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": number, "query": "", "results": [], "ms": 0.0}
    started = perf_counter()
    try:
        answer |= _read_line(line, number)
        result = await reading.search.ask(answer["query"], reading.zone, limit=limit)
        answer["results"] = [hit.brief.slug for hit in result.hits]
    except NewsbriefError as error:
        answer["error"] = str(error)
    answer["ms"] = _ms_since(started)
    return answer


def _read_line(line: bytes, number: int) -> dict[str, Any]:
    try:
        text = line.decode("utf-8").strip("\r\n")
    except UnicodeDecodeError:
        raise UsageError("The line is not UTF-8 text.") from None
    if not text.lstrip().startswith("{"):
        if not text.strip():
            raise UsageError("The line is empty.")
        return {"id": number, "query": text}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError('The line begins with "{" but is not one JSON object.') from None
    query = given.get("query")
    if not isinstance(query, str):
        raise UsageError('The object has no "query" that is text.')
    return {"id": given.get("id", number), "query": query}


def _ms_since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)
