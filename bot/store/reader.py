"""Reads of one consistent view of the index; `SearchReader` for both databases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.brief import Brief
from bot.domain.index import FileStamp, IndexStatus, KnownFile, slug_of
from bot.domain.ports import Candidate, Condition, Fetch, Terms
from bot.domain.result import HeatScale, NameCount
from bot.domain.searchable import INDEX_FORMAT
from bot.store.codec import brief_from_document, problems_from_json
from bot.store.coverage import with_shown_coverage
from bot.store.fetching import Statement, fetch_statement
from bot.store.rows import address_digest, instant, key_of, microseconds
from bot.store.scale import ScaleCache, heat_scale
from bot.store.textual import Textual

Rows = Callable[[str, Mapping[str, object]], Sequence[Any]]
"""Runs a statement with named parameters and gives its rows."""

_BATCH = 500
_PAGE = 1_000


class IndexReader:
    """What can be read of the index; every call sees the same state of it."""

    def __init__(self, rows: Rows, textual: Textual, scales: ScaleCache, now: datetime) -> None:
        self.rows = rows
        self._now = now
        self._textual = textual
        self._scales = scales

    def version(self) -> int:
        """A number that grows with every change of the index."""
        return int(self.rows("SELECT version FROM index_state", {})[0][0])

    def terms(self, since: int) -> Terms:
        """What changed in the vocabulary after version `since`; everything for 0."""
        version, floor = self.rows("SELECT version, vocabulary_floor FROM index_state", {})[0]
        complete = since < floor or since <= 0 or since > version
        sql = "SELECT token, briefs FROM vocabulary WHERE "
        if complete:
            found = self.rows(sql + "briefs > 0 ORDER BY token", {})
        else:
            found = self.rows(sql + "version > :since", {"since": since})
        return Terms(version=version, complete=complete, frequencies=dict(found))

    def fetch(self, wanted: Fetch) -> list[Candidate]:
        """Candidates in the wanted order."""
        statement = fetch_statement(wanted, self._textual, self._count_of_topics)
        return [Candidate._make(row) for row in self.rows(*statement)] if statement else []

    def briefs(self, ids: Sequence[int]) -> list[Brief]:
        """Whole briefs in the order of `ids`; ids that are gone are left out."""
        sql = "SELECT brief_id, document FROM brief_document WHERE brief_id IN ({})"
        found = {row[0]: row[1] for row in self._rows_in(sql, list(ids))}
        return self._shown([brief_from_document(found[number]) for number in ids if number in found])

    def topics(self, now: datetime) -> list[NameCount]:
        """Topics of visible briefs, most frequent first; `key` is the casefolded name."""
        future = (
            "SELECT t.key, t.name FROM brief b JOIN brief_topic t ON t.brief_id = b.id "
            "WHERE NOT b.hidden AND b.published_at > :now"
        )
        return self._names("topic", future, now)

    def providers(self, now: datetime) -> list[NameCount]:
        """Providers of visible briefs, most frequent first; `key` is `Provider.key`."""
        future = (
            "SELECT b.provider_key, b.provider_name FROM brief b "
            "WHERE NOT b.hidden AND b.published_at > :now AND b.provider_key <> ''"
        )
        return self._names("provider", future, now)

    def heat_scale(self, now: datetime) -> HeatScale:
        """The heat of all visible briefs."""
        return self._scales.get(self.version(), microseconds(now), lambda: heat_scale(self.rows, now))

    def brief(self, slug: str) -> Brief | None:
        """The brief with this slug, hidden ones too."""
        sql = "SELECT d.document FROM brief b JOIN brief_document d ON d.brief_id = b.id WHERE b.slug = :slug"
        return self._one(self.rows(sql, {"slug": slug}))

    def by_address(self, canonical: str) -> Brief | None:
        """The brief with this canonical address: one that is shown before a hidden one, then the newest."""
        sql = (
            "SELECT d.document FROM brief_address a JOIN brief b ON b.id = a.brief_id "
            "JOIN brief_document d ON d.brief_id = b.id "
            "WHERE a.digest = :digest ORDER BY b.hidden, b.id DESC LIMIT 1"
        )
        return self._one(self.rows(sql, {"digest": address_digest(canonical)}))

    def status(self, now: datetime) -> IndexStatus:
        """The index at a glance."""
        at = {"now": microseconds(now)}
        folders, synced_at = self.rows("SELECT folders, synced_at FROM index_state", {})[0]
        briefs, visible, newest_at, rejected = self.rows(
            "SELECT (SELECT count(*) FROM brief), "
            "(SELECT count(*) FROM brief WHERE NOT hidden AND published_at <= :now), "
            "(SELECT max(published_at) FROM brief WHERE NOT hidden AND published_at <= :now), "
            "(SELECT count(*) FROM file WHERE state = 'rejected')",
            at,
        )[0]
        problems = self.rows("SELECT problems FROM file WHERE state = 'rejected' ORDER BY path", {})
        found = (problem for row in problems for problem in problems_from_json(row[0]))
        return IndexStatus(
            briefs=briefs,
            visible=visible,
            rejected=rejected,
            problems=tuple(problem for problem in found if problem.is_error),
            folders=tuple(json.loads(folders)),
            synced_at=None if synced_at is None else instant(synced_at),
            newest_at=None if newest_at is None else instant(newest_at),
        )

    def is_current(self, folders: Sequence[str]) -> bool:
        """True where the last whole sync was of these absolute folders in this format."""
        format_, stored, synced_at = self.rows("SELECT format, folders, synced_at FROM index_state", {})[0]
        return synced_at is not None and format_ == INDEX_FORMAT and json.loads(stored) == list(folders)

    def known_files(self, paths: Sequence[str] | None = None) -> Mapping[str, KnownFile]:
        """The files the index has seen; with `paths` only those, what lies below, and their namesakes."""
        sql = "SELECT path, size, mtime_ns, digest, slug, state, problems, format FROM file"
        if paths is None:
            found = self._pages(f"{sql} WHERE path > :after ORDER BY path LIMIT {_PAGE}")
        else:
            slugs = [slug_of(path) for path in paths]
            owners = "SELECT path FROM brief WHERE slug IN ({})"
            found = [
                *self._rows_in(f"{sql} WHERE path IN ({{}})", paths),
                *self._rows_in(f"{sql} WHERE path IN ({owners})", slugs),
                *self._rows_in(f"{sql} WHERE slug IN ({{}}) AND state <> 'indexed'", slugs),
            ]
            below = f"{sql} WHERE path >= :low AND path < :high"
            for path in paths:
                found += self.rows(below, {"low": f"{path}/", "high": f"{path}0"})
        return KnownFiles(found)

    def _pages(self, sql: str) -> list[Any]:
        """All rows, some at a time: PostgreSQL's are read on the event loop, which turns in between."""
        found: list[Any] = []
        while page := self.rows(sql, {"after": found[-1][0] if found else ""}):
            found += page
        return found

    def _one(self, documents: Sequence[Any]) -> Brief | None:
        return self._shown([brief_from_document(documents[0][0])])[0] if documents else None

    def _shown(self, briefs: Sequence[Brief]) -> list[Brief]:
        return with_shown_coverage(briefs, self._rows_in, self._now)

    def _count_of_topics(self, condition: Condition) -> int:
        keys = [key_of(str(key)) for key in condition.any_of]
        sql = "SELECT briefs FROM name_count WHERE kind = 'topic' AND key IN ({})"
        return sum(row[0] for row in self._rows_in(sql, keys))

    def _names(self, kind: str, future: str, now: datetime) -> list[NameCount]:
        """Counted names less the briefs that are still to come; of several spellings the commonest shows."""
        sql = "SELECT key, name, briefs FROM name_count WHERE kind = :kind AND briefs > 0"
        counts = Counter({(key, name): briefs for key, name, briefs in self.rows(sql, {"kind": kind})})
        counts.subtract((key, name) for key, name in self.rows(future, {"now": microseconds(now)}))
        spellings: dict[str, list[tuple[int, str]]] = {}
        for (key, name), briefs in counts.items():
            if briefs > 0:
                spellings.setdefault(key, []).append((briefs, name))
        found = (
            NameCount(key=key, name=max(names)[1], count=sum(briefs for briefs, _ in names))
            for key, names in spellings.items()
        )
        return sorted(found, key=lambda name: (-name.count, name.key))

    def _rows_in(self, sql: str, items: Sequence[object]) -> list[Any]:
        """Rows of a statement whose `{}` is a list of values, some hundred at a time."""
        found: list[Any] = []
        for start in range(0, len(items), _BATCH):
            statement = Statement()
            names = ", ".join(statement.bind(item) for item in items[start : start + _BATCH])
            found += self.rows(sql.format(names), statement.values)
        return found


class KnownFiles(Mapping[str, KnownFile]):
    """Known files, each made when it is asked for.

    Kept as rows of plain values, which Python's garbage collector leaves alone: 100,000 files as objects
    made it stop everything for 100 ms, several times a look.
    """

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = {row[0]: tuple(row) for row in rows}

    def __getitem__(self, path: str) -> KnownFile:
        return _known(self._rows[path])

    def __contains__(self, path: object) -> bool:
        return path in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _known(row: Sequence[Any]) -> KnownFile:
    """A known file; one read in another format as if its content were unknown."""
    path, size, mtime_ns, digest, slug, state, problems, format_ = row
    found = () if state != "rejected" else problems_from_json(problems)
    if format_ != INDEX_FORMAT:
        return KnownFile(FileStamp(path, 0, 0), slug, "", state == "rejected", found)
    return KnownFile(FileStamp(path, size, mtime_ns), slug, digest, state == "rejected", found)
