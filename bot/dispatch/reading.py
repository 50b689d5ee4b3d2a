"""What is asked of digests and alerts in typed text: the grammar of contract section 5 behind the verb.

digest = "" | order [number] | schedule [filters] [count:N]      a time and a zone may stand further on
alerts = "" | order | "on" [filters] [quiet:…] [max:…] [gap:…]

None means that the text is no such thing, so that all of it is a search ("digest of the week"). QueryError
names what cannot be and the nearest that can.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.dispatch import settings
from bot.dispatch.parts import Part, joined, split
from bot.dispatch.requests import (
    AlertAction,
    AlertOrder,
    DigestAction,
    DigestOrder,
    DigestRequest,
    RuleRequest,
)
from bot.dispatch.schedules import DEFAULT_TIME, Typed, take_schedule
from bot.domain import schedule as schedules
from bot.domain.query import Filter, NameFilter, NumberFilter, NumberKind, Query
from bot.domain.subscription import (
    DEFAULT_COUNT,
    EVERY_DAY,
    AlertRule,
    Digest,
    Limits,
    Schedule,
)
from bot.search import is_filters_only

Parse = Callable[[str], Query]

_MARKS = "?!. "
"""What people put at the end without meaning anything by it."""
_DIGEST_ORDER = re.compile(rf"({'|'.join(DigestAction)})(?:\s+(?:#|no\.? ?)?([0-9]{{1,6}}))?", re.IGNORECASE)
_LIMITS = (settings.QUIET, settings.MAX, settings.GAP)


def read_digest(rest: str, parse: Parse, zone: str | ZoneInfo) -> DigestRequest | DigestOrder | None:
    """What the text behind `digest` asks; `zone` is the asker's, for a schedule without one."""
    text = _without_marks(rest)
    alone = text.lstrip(_MARKS)
    if not alone:
        return DigestOrder(action=DigestAction.SHOW)
    if order := _DIGEST_ORDER.fullmatch(alone):
        number = int(order[2]) if order[2] else None
        return DigestOrder(action=DigestAction(order[1].casefold()), number=number)
    typed = take_schedule(split(text))
    if typed is None:
        return None
    found, others = settings.take_settings(typed.rest, [settings.COUNT])
    filters, query = _filters(others, parse)
    if not typed.is_certain and not is_filters_only(query):
        return None
    return DigestRequest(
        schedule=_schedule(typed, str(zone)),
        zone_typed=bool(typed.zone),
        filters=filters,
        count=settings.read_count(found[settings.COUNT]) if found else DEFAULT_COUNT,
        count_typed=bool(found),
    )


def read_alerts(rest: str, parse: Parse) -> RuleRequest | AlertOrder | None:
    """What the text behind `alerts` asks."""
    text = _without_marks(rest)
    alone = text.lstrip(_MARKS).casefold()
    if not alone:
        return AlertOrder(action=AlertAction.SHOW)
    if alone in tuple(AlertAction):
        return AlertOrder(action=AlertAction(alone))
    first, *parts = split(text)
    if first.word != "on":
        return None
    found, others = settings.take_settings(parts, _LIMITS)
    filters, query = _filters(others, parse)
    return RuleRequest(
        filters=filters,
        limits=_limits(found),
        has_threshold=any(_is_threshold(one) for one in query.filters),
        limits_typed=frozenset(found),
    )


def is_forget(text: str) -> bool:
    """True for `forget me` alone."""
    return _without_marks(text).casefold() == "forget me"


def digest_text(digest: Digest | DigestRequest) -> str:
    """A digest's rule as it would be typed behind `digest`; it reads back to the same request."""
    count = "" if digest.count == DEFAULT_COUNT else f"{settings.COUNT}:{digest.count}"
    filters = joined(split(digest.filters))
    return " ".join(filter(None, (schedules.typed(digest.schedule), filters, count)))


def rule_text(rule: AlertRule | RuleRequest) -> str:
    """A rule as it would be typed behind `alerts`, beginning with `on`; it reads back to the same request."""
    limits = rule.limits
    quiet = settings.quiet_text(limits.quiet) if limits.quiet else ""
    pieces = (
        joined(split(rule.filters)),
        quiet,
        settings.most_text(limits.most),
        settings.gap_text(limits.gap),
    )
    return " ".join(filter(None, ("on", *pieces)))


def are_same_filters(one: str, other: str, parse: Parse) -> bool:
    """True where two texts ask for the same, whatever the order, case and white space."""
    return _asked(parse(one)) == _asked(parse(other))


def _without_marks(text: str) -> str:
    """The text with white space made even and without marks at its end."""
    return " ".join(text.split()).rstrip(_MARKS)


def _asked(query: Query) -> tuple[frozenset[object], frozenset[Filter]]:
    words = frozenset((word.tokens, word.is_phrase, word.excluded) for word in query.words)
    return words, frozenset(_folded(one) for one in query.filters)


def _folded(one: Filter) -> Filter:
    return replace(one, name=one.name.casefold()) if isinstance(one, NameFilter) else one


def _filters(parts: list[Part], parse: Parse) -> tuple[str, Query]:
    """The filters' text and meaning; words that only ask for a list ("top news") narrow nothing."""
    text = joined(parts).rstrip(_MARKS)
    query = parse(text)
    return (text if query.words or query.filters else ""), query


def _schedule(typed: Typed, zone: str) -> Schedule:
    clock = typed.time or DEFAULT_TIME
    return Schedule(
        hour=clock.hour, minute=clock.minute, days=typed.days or EVERY_DAY, zone=typed.zone or zone
    )


def _limits(found: dict[str, Part]) -> Limits:
    limits = Limits()
    if settings.QUIET in found:
        limits = replace(limits, quiet=settings.read_quiet(found[settings.QUIET]))
    if settings.MAX in found:
        limits = replace(limits, most=settings.read_most(found[settings.MAX]))
    if settings.GAP in found:
        limits = replace(limits, gap=settings.read_gap(found[settings.GAP]))
    return limits


def _is_threshold(one: Filter) -> bool:
    return isinstance(one, NumberFilter) and one.kind is NumberKind.HEAT
