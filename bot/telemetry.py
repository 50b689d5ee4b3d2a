"""Logs and metrics: what the bot tells its operator, and what it never tells.

Logs and metric labels hold ids, never query text, names, message bodies, tokens or signatures
(contract section 4). Our own lines keep that by what they are given; packages do not (Slack's quote whole
requests in theirs, and an exception's text may hold a response), so of a package's line only its place
and of an exception only its type and stack are shown.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from types import TracebackType

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

OURS = "bot"
METRICS_TYPE = CONTENT_TYPE_PLAIN_0_0_4
"""The content type of `Metrics.text`."""

TELL_AGAIN_SECONDS = 60.0

_ID = re.compile(r"[A-Za-z0-9_.:/-]{1,80}")
_ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def logger_for(room: str) -> logging.Logger:
    """The logger of a room, by its name below `bot`."""
    return logging.getLogger(f"{OURS}.{room}")


def log_id(value: object) -> str:
    """An id from outside, safe to log: itself where it looks like an id, else `-` for none and `?`."""
    if value is None or value == "":
        return "-"
    return value if isinstance(value, str) and _ID.fullmatch(value) else "?"


def set_up_logging(level: str, form: str) -> None:
    """Send logs to stderr at `level` (debug … error) as `text` or `json`; packages from warning on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, TextLines | JsonLines)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level.upper())


class TextLines(logging.Formatter):
    """`2026-11-23T09:00:00.000Z INFO slack: message`, then a traceback's stack if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the stack below it."""
        line = f"{_stamp(record)} {record.levelname} {_room(record)}: {_safe_message(record)}"
        stack = _safe_stack(record)
        return f"{line}\n{stack}" if stack else line


class JsonLines(logging.Formatter):
    """One JSON object a line: `at level room message` and, where there is one, `stack`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line = {
            "at": _stamp(record),
            "level": record.levelname.lower(),
            "room": _room(record),
            "message": _safe_message(record),
        }
        if stack := _safe_stack(record):
            line["stack"] = stack
        return json.dumps(line, ensure_ascii=True)


class OnlyPlaces(logging.Filter):
    """Takes the words out of a package's records, for loggers that a package writes to by itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes, without what it quotes."""
        record.msg = _place(record)
        record.args = None
        record.exc_info = None
        record.exc_text = None
        return True


class OnceAMinute(OnlyPlaces):
    """The same, and of each place in a package one record a minute: what strangers cause fills no log."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """The first record of a place in each minute passes."""
        place = f"{record.pathname}:{record.lineno}"
        if record.created - self._told.get(place, -inf) < TELL_AGAIN_SECONDS:
            return False
        self._told[place] = record.created
        return super().filter(record)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.name.startswith(f"{OURS}.")


def _stamp(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _room(record: logging.LogRecord) -> str:
    return record.name.removeprefix(f"{OURS}.")


def _safe_message(record: logging.LogRecord) -> str:
    message = record.getMessage() if _is_ours(record) else _place(record)
    return message.encode("utf-8", "backslashreplace").decode("utf-8")


def _place(record: logging.LogRecord) -> str:
    failure = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
    kind = f" ({failure.__name__})" if failure else ""
    return f"a problem at {record.module}:{record.lineno}{kind}; its text may quote a request and is left out"


def _safe_stack(record: logging.LogRecord) -> str:
    if not isinstance(record.exc_info, tuple) or record.exc_info[1] is None:
        return ""
    return stack_of(record.exc_info[1])


def stack_of(error: BaseException) -> str:
    """Where an exception came from, innermost cause first: types, files and lines, no exception's text."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < 10:
        reason = f": {current.strerror}" if isinstance(current, OSError) and current.strerror else ""
        frames = "".join(
            f"  {frame.filename}:{frame.lineno} in {frame.name}\n"
            for frame in traceback.extract_tb(current.__traceback__)
        )
        parts.append(f"{frames}{type(current).__module__}.{type(current).__qualname__}{reason}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nwhich led to\n".join(reversed(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A request from Slack was answered over HTTP or the socket; `kind` is command, action, event, other."""

    kind: str
    status: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A request that was seen before was acknowledged and not done again."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A person got an answer; `verb` is one of our own words, `outcome` ok, asker, away or broken."""

    verb: str
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message left, or did not: `outcome` is ok, retry_later, rejected or uncertain."""

    via: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """How many answers are being worked on."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettled:
    """What became of a delivery was written: `kind` and `state` are the domain's own words."""

    kind: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryUncertain:
    """A delivery may or may not have arrived; it is looked for before it is posted again."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReconciled:
    """History was asked for an uncertain delivery: found, missing, unanswered or unreadable."""

    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResent:
    """An uncertain delivery is posted again where history may not be read: it may be there twice."""

    kind: str


Happening = (
    Acknowledged
    | Repeated
    | Answered
    | Sent
    | UnderWay
    | DeliverySettled
    | DeliveryUncertain
    | DeliveryReconciled
    | DeliveryResent
)
Hook = Callable[[Happening], None]


class Metrics:
    """Counts what happens, in a registry of its own; an instance is a hook."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "newsbrief_requests", "Requests from Slack", ["kind", "status"], registry=self.registry
        )
        self._repeats = Counter("newsbrief_repeats", "Requests seen before", ["kind"], registry=self.registry)
        self._acks = Histogram(
            "newsbrief_acknowledge_seconds",
            "From a request to its acknowledgement",
            ["kind"],
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0),
            registry=self.registry,
        )
        self._answers = Counter(
            "newsbrief_answers", "Answers to people", ["verb", "outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "newsbrief_answer_seconds",
            "From acknowledgement to the answer's arrival",
            ["verb"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0),
            registry=self.registry,
        )
        self._sends = Counter("newsbrief_sends", "Messages sent", ["via", "outcome"], registry=self.registry)
        self._under_way = Gauge("newsbrief_answers_under_way", "Answers under way", registry=self.registry)
        self._deliveries = Counter(
            "newsbrief_deliveries", "Deliveries settled", ["kind", "state"], registry=self.registry
        )
        self._uncertain = Counter(
            "newsbrief_deliveries_uncertain", "Posts without an answer", ["kind"], registry=self.registry
        )
        self._reconciled = Counter(
            "newsbrief_reconciliations", "Looks into history", ["outcome"], registry=self.registry
        )
        self._resent = Counter(
            "newsbrief_deliveries_resent", "Posted again unseen", ["kind"], registry=self.registry
        )

    def __call__(self, happening: Happening) -> None:
        """Count one happening."""
        match happening:
            case Acknowledged(kind=kind, status=status, seconds=seconds):
                self._requests.labels(kind, str(status)).inc()
                self._acks.labels(kind).observe(seconds)
            case Repeated(kind=kind):
                self._repeats.labels(kind).inc()
            case Answered(verb=verb, outcome=outcome, seconds=seconds):
                self._answers.labels(verb, outcome).inc()
                self._seconds.labels(verb).observe(seconds)
            case Sent(via=via, outcome=outcome):
                self._sends.labels(via, outcome).inc()
            case UnderWay(count=count):
                self._under_way.set(count)
            case _:
                self._count_delivery(happening)

    def _count_delivery(
        self, happening: DeliverySettled | DeliveryUncertain | DeliveryReconciled | DeliveryResent
    ) -> None:
        match happening:
            case DeliverySettled(kind=kind, state=state):
                self._deliveries.labels(kind, state).inc()
            case DeliveryUncertain(kind=kind):
                self._uncertain.labels(kind).inc()
            case DeliveryReconciled(outcome=outcome):
                self._reconciled.labels(outcome).inc()
            case DeliveryResent(kind=kind):
                self._resent.labels(kind).inc()

    def text(self) -> bytes:
        """Everything counted, in Prometheus' text format."""
        return generate_latest(self.registry)
