"""What is asked of one view of the index, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ports import Candidate, Condition, Field, Group, Term
from bot.domain.query import Sort
from bot.search.ranking import Ranked
from bot.search.reading import Reading

POOL = 150
"""Candidates of one fetch; what is ranked never depends on the page that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query with its words as tokens and its names and levels resolved: ready for a database.

    `tokens` are the plain words, each once; `pasted` is all of them as they were, to know a title by, and
    `headlines` those without what seems to be a publisher;
    `unfinished` says that the last one is still being typed; `without` are the slugs of excluded briefs.
    `wanted` is how many matches are to be listed in the order of `sort`; it never changes which come first.
    """

    now: datetime
    tokens: tuple[str, ...] = ()
    pasted: str = ""
    headlines: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    without: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()
    sort: Sort = Sort.BEST
    wanted: int = POOL
    unfinished: bool = False

    @property
    def none_of(self) -> tuple[Group, ...]:
        """Excluded single words; phrases are looked at one by one."""
        return tuple(Group((Term(tokens[0]),)) for tokens in self.excluded if len(tokens) == 1)

    def leaves_out(self, slug: str, fields: tuple[str, ...]) -> bool:
        """True for an excluded brief, and where an excluded word or phrase stands in a field."""
        phrases = (" ".join(tokens) for tokens in self.excluded)
        return slug in self.without or any(
            f" {phrase} " in f" {text} " for phrase in phrases for text in fields
        )

    def leaves_out_candidate(self, candidate: Candidate) -> bool:
        """The same of a candidate."""
        if not (self.excluded or self.without):
            return False
        return self.leaves_out(candidate.slug, (candidate.title, candidate.meta, candidate.body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One fetch, for `--explain`: what for, in which fields, which words, and how many came back.

    `among` is how many briefs of a rare word were looked through for them, 0 where the database knew.
    `is_full` where others may have been left behind: it brought as many as it may, or titles of some length.
    """

    purpose: str
    fields: Field
    groups: tuple[Group, ...]
    fetched: int
    among: int = 0
    is_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Ranked candidates, the reading that found them, and the way there.

    `ranked` holds those that are trusted, by time or heat all of them, else no more than are wanted;
    `candidates` are all that hold the words.

    `is_complete` where no candidate of that reading was left behind by a fetch that was full;
    `is_partial` where no candidate holds all words.
    """

    ranked: tuple[Ranked, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    is_complete: bool = False
    is_partial: bool = False
    reading: Reading | None = None
    steps: tuple[Step, ...] = ()
