"""What the templates of whole answers see: pages of hits, lists of names, the status."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from bot.domain.answers import HeldDelivery, OwedStatus
from bot.domain.brief import NO_PROVIDER, Brief, Provider
from bot.domain.coverage import distinct_related, other_outlets
from bot.domain.index import IndexStatus
from bot.domain.message import PageValue, RelatedValue
from bot.domain.problem import Problem
from bot.domain.query import Query
from bot.domain.result import HeatScale, NameCount, SearchResult
from bot.render.limits import MESSAGE_BLOCKS, MESSAGE_TOTAL
from bot.render.related import closest_first
from bot.render.text import clean, link, shorten, size
from bot.render.views import (
    NAME_LENGTH,
    ArticleView,
    BriefView,
    Day,
    Picture,
    RowView,
    Views,
    article_url,
    day_of,
    headline,
    outlet_name,
)

QUERY_LENGTH = 150
VALUE_LENGTH = 2_000
SENTENCE_LENGTH = 1_500
NAMES_SHOWN = 60
NAME_BUTTONS = 5
PROBLEMS_SHOWN = 10
NOTES_SHOWN = 10
NOTE_LENGTH = 400
HELD_SHOWN = 5
_TICKED = re.compile(r"`([^`]*)`")
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")
RELATED_ROWS = MESSAGE_BLOCKS - 5
"""One block each; the rest is for the heading and the last line."""
_ROW_COST = 60
"""Text of a related row besides its link, provider and logo: the day and the dots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """A page of hits.

    `query` is as typed; `answered` is the query that was answered where a word was corrected, else empty.
    `best` is the best hit in full on the first page of a search. `first` and `last` count hits from 1.
    `more` is the value of the More button, empty where nothing follows.
    """

    title: str
    query: str
    answered: str
    best: BriefView | None
    rows: tuple[RowView, ...]
    first: int
    last: int
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """A topic or provider; `query` is what a button searches for, `logo` is a provider's where known."""

    name: str
    count: int
    query: str
    logo: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A delivery that may have arrived and waits for a person's word."""

    id: str
    words: str
    at: Day | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """The index in words: `problems` are lines for those who may see them, `more_problems` the rest.

    `owed` are sentences on digests, alerts and deliveries; `held` are deliveries that wait for a person's
    word, `more_held` how many more do.
    """

    briefs: int
    visible: int
    rejected: int
    synced: Day | None
    newest: Day | None
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    more_problems: int
    owed: tuple[str, ...] = ()
    held: tuple[HeldRow, ...] = ()
    more_held: int = 0


def results_page(result: SearchResult, scale: HeatScale, views: Views, title: str) -> ResultsPage:
    """A page of hits: the first page of a search, without a title, has its best hit in full."""
    in_full = bool(result.hits) and not title and not result.offset
    rows = result.hits[1:] if in_full else result.hits
    start = result.offset + (2 if in_full else 1)
    return ResultsPage(
        title=shorten(clean(title), QUERY_LENGTH),
        query=shorten(clean(result.query.text), QUERY_LENGTH),
        answered=shorten(clean(result.suggestion.text), QUERY_LENGTH) if result.suggestion else "",
        best=views.brief(result.hits[0].brief, scale) if in_full else None,
        rows=tuple(views.row(hit, start + number, scale) for number, hit in enumerate(rows)),
        first=result.offset + 1,
        last=result.offset + len(result.hits),
        more=_page_value(result),
    )


def related_page(brief: Brief, views: Views, offset: int = 0) -> dict[str, object]:
    """As many related articles as one message holds, from `offset` on, and how many more there are.

    `next` is the value of the button for those; empty where nothing follows. `outlets` are those of all
    articles that are shown on one page or another, so that both numbers speak of the same ones.
    """
    articles = closest_first(brief, distinct_related(brief))
    rows = fitting_rows([views.article(article) for article in articles[offset : offset + RELATED_ROWS]])
    last = offset + len(rows)
    return {
        "title": headline(brief),
        "url": article_url(brief),
        "provider": outlet_name(brief),
        "articles": rows,
        "first": offset + 1,
        "last": last,
        "total": len(articles),
        "more": max(0, len(articles) - last),
        "next": _json(RelatedValue(slug=brief.slug, offset=last)) if last < len(articles) else "",
        "outlets": other_outlets(brief, articles or brief.related),
    }


def fitting_rows(rows: Sequence[ArticleView]) -> list[ArticleView]:
    """The first rows that fit into one message beside its heading and its last line."""
    kept: list[ArticleView] = []
    room = MESSAGE_TOTAL - 1_500
    for row in rows:
        names = 2 * size(row.provider) if row.logo else size(row.provider)
        room -= size(link(row.title, row.url)) + names + _ROW_COST
        if room < 0:
            break
        kept.append(row)
    return kept


def no_result_page(result: SearchResult) -> dict[str, object]:
    """What was asked, and what may be asked instead."""
    query = result.query
    words = " ".join(_typed(query)) if query.filters and query.asks_words else ""
    other = result.suggestion.text if result.suggestion else ""
    return {
        "query": shorten(clean(query.text), QUERY_LENGTH),
        "suggestion": _searchable(other),
        "without_filters": _searchable(words),
        "is_end": result.offset > 0,
    }


def name_rows(counts: Sequence[NameCount]) -> list[NameRow]:
    """Topics as rows."""
    return [_name_row("topic", counted) for counted in counts[:NAMES_SHOWN]]


def provider_rows(counts: Sequence[NameCount], views: Views) -> list[NameRow]:
    """Providers as rows, with logos from the providers folder."""
    rows = []
    for counted in counts[:NAMES_SHOWN]:
        name = _shown_name(counted)
        domain = counted.key if "." in counted.key else ""
        provider = Provider(name=counted.name, domain=domain) if domain else NO_PROVIDER
        rows.append(_name_row("from", counted, views.logo(provider, name)))
    return rows


def status_page(
    status: IndexStatus, notes: Sequence[str], *, show_problems: bool, owed: OwedStatus | None = None
) -> StatusPage:
    """The status, with the rejected files where they may be shown, and with what is owed."""
    problems = status.problems[:PROBLEMS_SHOWN] if show_problems else ()
    owed = owed or OwedStatus()
    return StatusPage(
        briefs=status.briefs,
        visible=status.visible,
        rejected=status.rejected,
        synced=day_of(status.synced_at),
        newest=day_of(status.newest_at),
        notes=_sentences(notes),
        problems=tuple(_problem_line(problem, status.folders) for problem in problems),
        more_problems=len(status.problems) - len(problems) if show_problems else 0,
        owed=_sentences(owed.sentences),
        held=tuple(_held_row(held) for held in owed.held[:HELD_SHOWN]),
        more_held=len(owed.held[HELD_SHOWN:]),
    )


def sentence_page(sentence: str, hint: str = "") -> dict[str, object]:
    """A sentence and a hint, each on lines of its own where it was written so."""
    return {"lines": _lines(sentence) or ["Something went wrong."], "hints": _lines(hint)}


def error_page(sentence: str, hint: str = "", instead: str = "") -> dict[str, object]:
    """A sentence, a hint, and a query to offer; empty where a button cannot carry it."""
    offered = clean(instead)
    return {**sentence_page(sentence, hint), "instead": offered if size(offered) <= VALUE_LENGTH else ""}


def user_id(text: str) -> str:
    """A Slack user id, or nothing where the text is none."""
    return text if _USER_ID.fullmatch(text) else ""


def quoted(text: str) -> str:
    """One line, with quotes where a program writes backticks, for which a message has lookalikes alone."""
    return _TICKED.sub(r"“\1”", clean(text))


def _lines(text: str) -> list[str]:
    lines = (quoted(line) for line in text.splitlines()[:20])
    return [shorten(line, SENTENCE_LENGTH) for line in lines if line]


def _page_value(result: SearchResult) -> str:
    """The More button's value; empty where nothing follows or the query is too long to be carried."""
    page = PageValue(query=result.query.text, offset=result.offset + len(result.hits))
    return _json(page) if result.more else ""


def _json(value: PageValue | RelatedValue) -> str:
    """A button's value as JSON; empty where it is longer than a button takes."""
    text = json.dumps(asdict(value), ensure_ascii=False)
    return text if size(text) <= VALUE_LENGTH else ""


def _typed(query: Query) -> list[str]:
    return [f'"{word.typed}"' if word.is_phrase else word.typed for word in query.words if not word.excluded]


def _searchable(text: str) -> str:
    """A query as a button's value; empty where it is too long for a button's label."""
    return clean(text) if size(text) <= NAME_LENGTH else ""


def _name_row(kind: str, counted: NameCount, logo: Picture | None = None) -> NameRow:
    name = _shown_name(counted)
    plain_name = counted.name.replace('"', " ").strip() or counted.key
    query = f'{kind}:"{plain_name}"' if re.search(r"\W", plain_name) else f"{kind}:{plain_name}"
    return NameRow(
        name=name, count=counted.count, query=query if size(query) <= VALUE_LENGTH else "", logo=logo
    )


def _shown_name(counted: NameCount) -> str:
    return shorten(clean(counted.name) or clean(counted.key), NAME_LENGTH)


def _sentences(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(shorten(quoted(text), NOTE_LENGTH) for text in texts[:NOTES_SHOWN] if clean(text))


def _held_row(held: HeldDelivery) -> HeldRow:
    return HeldRow(id=held.id, words=shorten(quoted(held.words), NOTE_LENGTH), at=day_of(held.at))


def _problem_line(problem: Problem, folders: Sequence[str]) -> str:
    """`briefs/file.md:3:1: title: message (hint)`."""
    path = _from_folder(problem.path, folders)
    parts = [f"{path}:{problem.line}:{problem.column}", problem.field, problem.message]
    hint = f" ({problem.hint})" if problem.hint else ""
    return shorten(quoted(": ".join(part for part in parts if part) + hint), 300)


def _from_folder(path: str, folders: Sequence[str]) -> str:
    """The path from the name of its folder of briefs on, however the sync that met the file was given it.

    `/srv/briefs/a.md` and `../briefs/a.md` are `briefs/a.md` where `/srv/briefs` is a folder of briefs.
    """
    steps = [step for step in PurePosixPath(path).parts if step != ".."]
    for folder in folders:
        names = PurePosixPath(folder).parts
        for length in range(min(len(names), len(steps) - 1), 0, -1):
            if tuple(steps[:length]) == names[-length:]:
                return "/".join(steps[length - 1 :])
    return path
