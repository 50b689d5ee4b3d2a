"""What the rooms need from outside, as Protocols: a clock, an index, a database reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, Flag, auto
from typing import NamedTuple, Protocol, TypeVar

from bot.domain.brief import Brief
from bot.domain.index import IndexChanges, IndexStatus, KnownFile, Prepared, SyncReport
from bot.domain.result import HeatScale, NameCount

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Tells the time; tests and `preview --now` bring their own."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class Field(Flag):
    """The parts of a brief that are searched.

    TITLE; META: provider name and domain, topics; BODY: excerpt and the titles of related articles.
    """

    TITLE = auto()
    META = auto()
    BODY = auto()
    ALL = TITLE | META | BODY


class Term(NamedTuple):
    """One token as `bot.domain.text.words` makes it; with `prefix` every token that begins so.

    With `titled` every token of a title that begins so, whatever the fields of its group: very short
    beginnings match too much to be looked for everywhere.
    """

    token: str
    prefix: bool = False
    titled: bool = False


class Group(NamedTuple):
    """Terms of which any one has to stand in one of `fields`: in TITLE, in TITLE | META, or in ALL."""

    any_of: tuple[Term, ...]
    fields: Field = Field.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """An inclusive range of whole numbers; None is open. Unknown quality is in no range."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """A half-open span of instants; None is open."""

    start_at: datetime | None = None
    end_at: datetime | None = None


LONGEST_COUNTED = 9
"""Words of a title that can be asked for by their number; longer titles are known by their words."""


class Column(Enum):
    """What a condition looks at: `Provider.key`, casefolded topic names, `Brief.warmth`, and so on."""

    PROVIDER = "provider"
    TOPIC = "topic"
    HEAT = "heat"
    QUALITY = "quality"
    PUBLISHED = "published"
    VIDEO = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """True where the column holds any of the values (`str` keys, `Span`, `DateSpan`, `bool` for VIDEO)."""

    column: Column
    any_of: tuple[str | Span | DateSpan | bool, ...]
    negated: bool = False


class Order(Enum):
    """NEW: newest first; HEAT: hottest first, then higher quality, then newer."""

    NEW = "new"
    HEAT = "heat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """What to fetch: visible at `now`, every group of `all_of`, none of `none_of`, every condition.

    With `title_words`, which needs groups, the title has one of these numbers of words: from 1 to
    `LONGEST_COUNTED`.
    """

    now: datetime
    all_of: tuple[Group, ...] = ()
    title_words: tuple[int, ...] = ()
    none_of: tuple[Group, ...] = ()
    conditions: tuple[Condition, ...] = ()
    order: Order = Order.NEW
    limit: int = 150
    offset: int = 0


class Candidate(NamedTuple):
    """A fetched row: what ranking needs, without the whole brief.

    `title`, `meta` and `body` are the tokens as indexed, separated by spaces; `quality` None is unknown;
    `published_us` counts microseconds since 1970 in UTC. A tuple, as a fetch brings hundreds: a dataclass
    took as long as the database.
    """

    id: int
    slug: str
    title: str
    meta: str
    body: str
    heat: int
    quality: int | None
    published_us: int

    @property
    def published_at(self) -> datetime:
        """When it was published, aware, in UTC."""
        return _EPOCH + timedelta(microseconds=self.published_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Vocabulary entries that changed since a version: token → number of briefs that hold it (0: gone).

    `complete` is true where these are all entries, so that the reader starts anew.
    """

    version: int
    complete: bool
    frequencies: Mapping[str, int]


class SearchReader(Protocol):
    """Reads of one consistent view of the index. Plain calls: they run where waiting is allowed."""

    def version(self) -> int:
        """A number that grows with every change of the index."""
        ...

    def terms(self, since: int) -> Terms:
        """What changed in the vocabulary after version `since`; everything for 0."""
        ...

    def fetch(self, wanted: Fetch) -> list[Candidate]:
        """Candidates in the wanted order."""
        ...

    def briefs(self, ids: Sequence[int]) -> list[Brief]:
        """Whole briefs in the order of `ids`; ids that are gone are left out."""
        ...

    def topics(self, now: datetime) -> list[NameCount]:
        """Topics of visible briefs, most frequent first; `key` is the casefolded name."""
        ...

    def providers(self, now: datetime) -> list[NameCount]:
        """Providers of visible briefs, most frequent first; `key` is `Provider.key`."""
        ...

    def heat_scale(self, now: datetime) -> HeatScale:
        """The heat of all visible briefs."""
        ...


class SearchIndex(Protocol):
    """The reading side of the index."""

    async def read(self, work: Callable[[SearchReader], T]) -> T:
        """Run `work` on one consistent view, off the event loop where the database allows it."""
        ...

    async def brief(self, slug: str) -> Brief | None:
        """The brief with this slug, hidden ones too; None where there is none."""
        ...

    async def by_address(self, address: str) -> Brief | None:
        """The visible-or-not brief one of whose addresses has this canonical form."""
        ...

    async def status(self, now: datetime) -> IndexStatus:
        """The index at a glance."""
        ...


class BriefIndex(SearchIndex, Protocol):
    """The writing side: used by sync and watch alone."""

    async def is_current(self, folders: Sequence[str]) -> bool:
        """True where the index was synced at least once, from these folders, in this format."""
        ...

    async def known_files(self, paths: Sequence[str] | None = None) -> Mapping[str, KnownFile]:
        """Every file the index has seen, rejected ones too, by absolute path.

        With `paths` only these, what lies below them, and the files that have the slug of one of them.
        Empty digests and zero sizes where the index has another format, so that a sync reads all again.
        """
        ...

    @property
    def prepare(self) -> Callable[[Sequence[tuple[str, Brief]]], Prepared]:
        """Prepares briefs, each with its path, for `apply`; pure, and can be sent to another process."""
        ...

    async def apply(self, changes: IndexChanges) -> None:
        """Write one batch in one transaction."""
        ...

    async def finish(self, report: SyncReport, folders: Sequence[str], now: datetime) -> None:
        """Record a whole sync: its time, folders and the format."""
        ...
