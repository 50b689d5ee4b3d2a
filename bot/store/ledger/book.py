"""One batch of changed slugs decided in memory: which brief each is, whether it grew, its story; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.ledger import ChangeKind
from bot.store.ledger.facts import Facts, LedgerRow, joined
from bot.store.ledger.stories import RECENT, WINDOW_MICROS, KnownDigests, Stories, moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the ledger and the index know of the slugs of a batch.

    `rows` are the briefs that may be meant, or be of one story. `present` are slugs that the index has.
    """

    rows: Sequence[LedgerRow]
    digests: KnownDigests
    present: frozenset[str]
    now: int
    last_brief: int
    last_change: int


@dataclass(slots=True)
class Written:
    """What a batch comes to; addresses are of briefs in either list."""

    added: list[LedgerRow] = field(default_factory=list)
    changed: list[LedgerRow] = field(default_factory=list)
    addresses: list[tuple[bytes, int]] = field(default_factory=list)
    changes: list[tuple[int, int, str, int, int]] = field(default_factory=list)
    merged: list[tuple[int, int]] = field(default_factory=list)


class Book:
    """Decides a batch, one brief after the other, each seeing what came of those before."""

    def __init__(self, known: Known, stories: Stories) -> None:
        self._known = known
        self._digests = known.digests
        self._stories = stories
        self._rows = {row.id: row for row in known.rows}
        self._by_slug = {row.slug: row.id for row in known.rows}
        self._by_title: dict[bytes, set[int]] = defaultdict(set)
        for row in known.rows:
            self._index_title(row)
        self._last_brief = known.last_brief
        self._last_change = known.last_change
        self._added: set[int] = set()
        self._changed: set[int] = set()
        self._written = Written()

    def decide(self, batch: Iterable[Facts]) -> Written:
        """Take every brief in; what is to be written."""
        self._stories.merged.clear()
        for facts in sorted(batch, key=lambda one: one.slug):
            self._take(facts)
        written = self._written
        written.added = [self._settled(number) for number in sorted(self._added)]
        written.changed = [self._settled(number) for number in sorted(self._changed - self._added)]
        old = (story for story, _ in self._stories.merged if story not in self._added)
        written.merged = [(story, self._stories.now_of(story)) for story in old]
        return written

    def looking_for_stories(self, batch: Iterable[Facts]) -> list[Facts]:
        """Those whose story will be looked for, or might be; it asks and decides nothing."""
        # Who is known by an address alone may turn out to be new: another file may take that brief first.
        return [
            facts
            for facts in batch
            if facts.is_visible and (facts.slug not in self._by_slug or self._is_looking(facts))
        ]

    def near(self, facts: Facts) -> dict[int, LedgerRow]:
        """Every other brief that might be of one story with this one."""
        numbers = {*self._digests.of(facts.addresses), *self._digests.of(facts.listed)}
        if facts.title_key is not None:
            numbers |= self._by_title.get(facts.title_key, set())
        found = {number: self._rows[number] for number in numbers if number in self._rows}
        if is_recent(facts, self._known.now):
            window = self._stories.window
            found.update(
                (number, self._rows.get(number, window.rows[number])) for number in window.near(facts)
            )
        return found

    def _take(self, facts: Facts) -> None:
        row = self._owner(facts)
        if row is None:
            if facts.is_visible:
                self._begin(facts)
            return
        after = _renewed(row, facts)
        if facts.is_visible and (after.heat > row.heat or after.outlets > row.outlets):
            self._change(row.id, ChangeKind.GREW, row.heat)
        is_looking = facts.is_visible and self._is_looking(facts)
        self._remember(row.id, facts)
        if after != row:
            self._put(after)
            self._changed.add(row.id)
        if is_looking:
            self._find_story(after, facts)

    def _is_looking(self, facts: Facts) -> bool:
        """True for a new brief, and for one with another address, title, provider, time or coverage."""
        row = self._owner(facts)
        if row is None or any(not self._digests.has(digest, row.id) for digest in facts.addresses):
            return True
        return _about(_renewed(row, facts)) != _about(row)

    def _owner(self, facts: Facts) -> LedgerRow | None:
        """The brief that this is: by its slug, else by an address whose brief has no file any more."""
        number = self._by_slug.get(facts.slug)
        if number is not None:
            return self._rows[number]
        owners = (self._rows[one] for one in self._digests.of(facts.addresses) if one in self._rows)
        gone = [row for row in owners if row.slug not in self._known.present]
        return min(gone, key=lambda row: row.id, default=None)

    def _begin(self, facts: Facts) -> None:
        self._last_brief += 1
        number = self._last_brief
        row = LedgerRow(
            id=number,
            slug=facts.slug,
            title=facts.title,
            title_key=facts.title_key,
            words=facts.words,
            provider=facts.provider,
            published_at=facts.published_at,
            visible_at=self._known.now,
            story=number,
            heat=facts.heat,
            quality=facts.quality,
            outlets=facts.outlets,
            listed=joined(facts.listed),
        )
        self._added.add(number)
        self._put(row)
        self._remember(number, facts)
        self._change(number, ChangeKind.VISIBLE, facts.heat)
        self._stories.begin(row)
        self._find_story(row, facts)

    def _find_story(self, row: LedgerRow, facts: Facts) -> None:
        story = self._stories.join(row, facts, self.near(facts), self._digests)
        if story != row.story:
            row = moved(row, story)
            self._put(row)
            self._changed.add(row.id)
        self._stories.window.add(row)

    def _put(self, row: LedgerRow) -> None:
        before = self._rows.get(row.id)
        if before and self._by_slug.get(before.slug) == row.id:
            del self._by_slug[before.slug]
        self._rows[row.id] = row
        self._by_slug[row.slug] = row.id
        self._index_title(row)

    def _index_title(self, row: LedgerRow) -> None:
        if row.title_key is not None:
            self._by_title[row.title_key].add(row.id)

    def _remember(self, number: int, facts: Facts) -> None:
        """Keep the addresses."""
        for digest in facts.addresses:
            if not self._digests.has(digest, number):
                self._digests.add(digest, number)
                self._written.addresses.append((digest, number))

    def _change(self, number: int, kind: ChangeKind, old_heat: int) -> None:
        self._last_change += 1
        row = (self._last_change, number, kind.value, old_heat, self._known.now)
        self._written.changes.append(row)

    def _settled(self, number: int) -> LedgerRow:
        """The row as it is at the end of the batch."""
        row = self._rows[number]
        return moved(row, self._stories.now_of(row.story))


def is_recent(facts: Facts, now: int) -> bool:
    """True where titles are compared: published near to now."""
    return abs(now - facts.published_at) <= RECENT


def window_of(batch: Iterable[Facts], now: int) -> tuple[int, int] | None:
    """The span of publication times in which the recent briefs of a batch may have others of their story."""
    times = [facts.published_at for facts in batch if facts.is_visible and is_recent(facts, now)]
    return (min(times) - WINDOW_MICROS, max(times) + WINDOW_MICROS) if times else None


def _renewed(row: LedgerRow, facts: Facts) -> LedgerRow:
    """The row as the brief is now; a hidden one keeps what readers last saw, so that growth is not missed."""
    if not facts.is_visible:
        return row if row.slug == facts.slug else replace(row, slug=facts.slug)
    return replace(
        row,
        slug=facts.slug,
        title=facts.title,
        title_key=facts.title_key,
        words=facts.words,
        provider=facts.provider,
        published_at=facts.published_at,
        heat=facts.heat,
        quality=facts.quality,
        outlets=facts.outlets,
        listed=joined(facts.listed),
    )


def _about(row: LedgerRow) -> tuple[object, ...]:
    """What decides a brief's story, besides its addresses."""
    return (row.title_key, row.words, row.provider, row.published_at, row.listed)
