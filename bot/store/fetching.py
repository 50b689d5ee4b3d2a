"""A wanted fetch as SQL, the same for both databases but for the full-text condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.ports import Column, Condition, DateSpan, Fetch, Group, Order, Span
from bot.store.rows import clamp, first_id, key_of, microseconds
from bot.store.textual import Textual, usable

_COLUMNS = "b.id, b.slug, b.title, b.meta, b.body, b.heat, b.quality, b.published_at"
"""In the order of `Candidate`."""
_MOST = 1_000_000_000


@dataclass(slots=True)
class Statement:
    """SQL under construction with the values bound to it."""

    wheres: list[str] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """A new parameter for a value, as it stands in SQL."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"


FEW = 2_000
"""A topic with so few briefs is looked up by itself instead of testing one brief after the other."""

Count = Callable[[Condition], int]
"""How many briefs a condition on topics can match at most."""


def fetch_statement(wanted: Fetch, textual: Textual, count: Count) -> tuple[str, dict[str, object]] | None:
    """SELECT of the wanted candidates; None where nothing can match."""
    if not all(usable(group) for group in wanted.all_of):
        return None
    none_of = tuple(group for group in wanted.none_of if usable(group))
    statement = Statement()
    row_id = textual.row_id if wanted.all_of else "b.id"
    source = _words(statement, wanted, none_of, textual)
    _visible(statement, wanted, row_id)
    for condition in wanted.conditions:
        is_topic = condition.column is Column.TOPIC and bool(condition.any_of) and not condition.negated
        is_rare = is_topic and not wanted.all_of and count(condition) <= FEW
        write = _rare_topic if is_rare else _condition
        statement.wheres.append(write(statement, condition))
    order = f"{row_id} DESC"
    if wanted.order is Order.HEAT:
        order = "b.heat DESC, b.quality DESC NULLS LAST, b.id DESC"
    limit, offset = (statement.bind(max(0, min(number, _MOST))) for number in (wanted.limit, wanted.offset))
    where = " AND ".join(statement.wheres)
    sql = f"SELECT {_COLUMNS} FROM {source} WHERE {where} ORDER BY {order} LIMIT {limit} OFFSET {offset}"  # noqa: S608 - built from constants; every value is bound
    return sql, statement.values


def _words(statement: Statement, wanted: Fetch, none_of: tuple[Group, ...], textual: Textual) -> str:
    """Add the full-text condition; the FROM that it needs."""
    if wanted.all_of:
        parameter = statement.bind(textual.match(wanted.all_of, none_of, wanted.title_words))
        statement.wheres.append(textual.matches(parameter.removeprefix(":")))
        return textual.driving
    if none_of:
        parameter = statement.bind(textual.any_of(none_of))
        inner = textual.driving.split(" ", 2)
        found = (
            f"SELECT {textual.row_id} FROM {inner[0]} s WHERE {textual.matches(parameter.removeprefix(':'))}"  # noqa: S608 - constants only
        )
        statement.wheres.append(f"b.id NOT IN ({found})")
    return "brief b"


def _visible(statement: Statement, wanted: Fetch, row_id: str) -> None:
    """Neither hidden nor in the future; the bounds on the number let the database stop early."""
    now = microseconds(wanted.now)
    statement.wheres.append("NOT b.hidden")
    statement.wheres.append(f"b.published_at <= {statement.bind(now)}")
    low, high = _date_bounds(wanted)
    high = now if high is None else min(now, high)
    statement.wheres.append(f"{row_id} < {statement.bind(first_id(high) + first_id(1_000_000))}")
    if low is not None:
        statement.wheres.append(f"{row_id} >= {statement.bind(first_id(low))}")


def _date_bounds(wanted: Fetch) -> tuple[int | None, int | None]:
    """The widest span that the date conditions leave, in microseconds, inclusive."""
    lows: list[int] = []
    highs: list[int] = []
    for condition in wanted.conditions:
        if condition.column is not Column.PUBLISHED or condition.negated:
            continue
        spans = [span for span in condition.any_of if isinstance(span, DateSpan)]
        starts = [span.start_at for span in spans]
        ends = [span.end_at for span in spans]
        if spans and None not in starts:
            lows.append(min(microseconds(start) for start in starts if start))
        if spans and None not in ends:
            highs.append(max(microseconds(end) for end in ends if end))
    return max(lows, default=None), min(highs, default=None)


def _condition(statement: Statement, condition: Condition) -> str:
    parts = condition.any_of
    if condition.column is Column.TOPIC:
        keys = _keys(statement, parts)
        found = f"EXISTS (SELECT 1 FROM brief_topic t WHERE t.brief_id = b.id AND t.key IN ({keys}))"  # noqa: S608 - keys are parameters
    elif condition.column is Column.PROVIDER:
        found = f"b.provider_key IN ({_keys(statement, parts)})"
    elif condition.column is Column.VIDEO:
        found = f"b.is_video IN ({', '.join(statement.bind(bool(part)) for part in parts)})"
    else:
        found = " OR ".join(_span(statement, condition.column, part) for part in parts)
    if not parts:
        found = "1 = 0"
    return f"(({found}) IS NOT TRUE)" if condition.negated else f"({found})"


def _rare_topic(statement: Statement, condition: Condition) -> str:
    keys = _keys(statement, condition.any_of)
    return f"b.id IN (SELECT brief_id FROM brief_topic WHERE key IN ({keys}))"  # noqa: S608 - keys are parameters


def _keys(statement: Statement, parts: tuple[object, ...]) -> str:
    return ", ".join(statement.bind(key_of(str(part))) for part in parts)


def _span(statement: Statement, column: Column, part: object) -> str:
    """One span as SQL; without any bound it is everything but the unknown."""
    tests: list[str] = []
    name = {Column.HEAT: "b.heat", Column.QUALITY: "b.quality", Column.PUBLISHED: "b.published_at"}[column]
    if isinstance(part, Span):
        bounds = ((">=", part.low), ("<=", part.high))
        tests = [
            f"{name} {sign} {statement.bind(clamp(bound))}" for sign, bound in bounds if bound is not None
        ]
    elif isinstance(part, DateSpan):
        ends = ((">=", part.start_at), ("<", part.end_at))
        tests = [
            f"{name} {sign} {statement.bind(microseconds(end))}" for sign, end in ends if end is not None
        ]
    return f"({' AND '.join([f'{name} IS NOT NULL', *tests])})"
