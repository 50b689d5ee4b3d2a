"""The filters of message templates: each takes plain text and gives mrkdwn, ready to be joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bot.domain.text import words
from bot.render.pages import ResultsPage
from bot.render.pieces import NoteView
from bot.render.text import LINK_LENGTH, escape, isolate, link, safe_url, shorten, size
from bot.render.views import ArticleView, BriefView, Day
from bot.render.wording import count, day_text

_DAY_FORMAT = "{date_short_pretty}"
_MOST_BOLD = 1_500
"""The longest title with bold words: each piece repeats the address."""
_SECTION = 2_900
"""What a section's text may hold, with room for an ellipsis; Slack takes 3,000."""


def mrkdwn(text: str) -> str:
    """Text that stands alone on its line, escaped."""
    return escape(text)


def beside(text: str) -> str:
    """Text that shares its line with others: escaped, and right-to-left text kept from reordering them."""
    return isolate(escape(text))


def bold(text: str) -> str:
    """Bold, for text that is escaped already; nothing stays nothing."""
    return f"*{text}*" if text else ""


def code(text: str) -> str:
    """Text as it is to be typed: escaped, between backticks."""
    return f"`{escape(text)}`" if text else ""


def linked(text: str, url: str, beside: bool = False) -> str:
    """`<url|text>`, or the escaped text where the address is unusable."""
    found = link(text, url)
    return isolate(found) if beside else found


def with_bold(title: str, matched: Sequence[str], url: str) -> str:
    """A linked title with the matched words bold.

    The bold passages are links of their own, `<url|Canada asks> *<url|Clearview>* <url|AI>`: Slack on
    Android shows a label with `*` inside as plain text (getsentry/sentry#109694). They end at spaces,
    because that is where Slack sees formatting; scripts without spaces therefore stay as they are.
    """
    pieces = _pieces(title.split(" "), frozenset(matched))
    target = safe_url(url)
    long = size(target) > LINK_LENGTH or len(pieces) * size(target) + size(escape(title)) > _MOST_BOLD
    if len(pieces) < 2 or long:
        return link(title, url)
    return " ".join(bold(link(text, url)) if strong else link(text, url) for text, strong in pieces)


def day(found: Day | None) -> str:
    """A day in the reader's own zone, with the day in UTC for clients that cannot tell."""
    if found is None or found.timestamp < 0:
        return found.text if found else ""
    return f"<!date^{found.timestamp}^{_DAY_FORMAT}|{found.text}>"


def moment(found: Day | None) -> str:
    """A day with the time in the reader's own zone."""
    if found is None or found.timestamp < 0:
        return found.text if found else ""
    utc = datetime.fromtimestamp(found.timestamp, UTC)
    fallback = f"{day_text(utc)} at {utc:%H:%M} UTC"
    return f"<!date^{found.timestamp}^{_DAY_FORMAT} at {{time}}|{fallback}>"


def summary(shown: BriefView | ResultsPage, heading: str = "") -> str:
    """A message's `text`: it stands alone in notifications and for screen readers, the first line leads.

    For a brief its title, provider, day, excerpt and number of outlets; for a page of hits the heading and
    a line for each.
    """
    if isinstance(shown, BriefView):
        return _whole(shown)
    best = [_whole(shown.best)] if shown.best else []
    lines = [*best, *(_line(row) for row in shown.rows)]
    return "\n".join([heading, *(f"{number}. {line}" for number, line in enumerate(lines, shown.first))])


def listed(shown: Sequence[ArticleView], heading: str) -> str:
    """The heading and a line for each article, for a message's `text`."""
    return "\n".join([heading, *(f"• {_line(article)}" for article in shown)])


def leading(brief: BriefView, facts: Sequence[str] = ()) -> str:
    """A brief in words for a message's `text`: the title alone on the first line, which a phone shows.

    Then where it comes from, the facts (mrkdwn), the excerpt and the link, each on a line.
    """
    origin = dots([beside(brief.provider), brief.day.text if brief.day else ""])
    lines = [escape(brief.title), origin, *facts, escape(brief.excerpt), link("Open article", brief.url)]
    return "\n".join(line for line in (lines if brief.url else lines[:-1]) if line)


def headlines(shown: Sequence[ArticleView], facts: Sequence[str]) -> str:
    """Several briefs in words for `text`: the top headline first, the facts (mrkdwn), each with its link."""
    rows = [f"{number}. {_linked_line(row)}" for number, row in enumerate(shown, 1)]
    return "\n".join(line for line in (*(escape(row.title) for row in shown[:1]), *facts, *rows) if line)


def bullet(note: NoteView) -> str:
    """A brief on one line: its linked title, where it comes from, why it stands there, how hot it is."""
    origin = [beside(note.provider), day(note.day), "Video" if note.is_video else "", note.mark, note.heat]
    return "• " + dots([linked(note.title, note.url, beside=True), *origin])


def packed(lines: Iterable[str], heading: str = "") -> list[str]:
    """Lines of mrkdwn joined, under the heading, into as few texts as sections hold; none without lines."""
    texts: list[str] = []
    for line in lines:
        longer = f"{texts[-1]}\n{line}" if texts else f"{heading}\n{line}" if heading else line
        if texts and size(longer) > _SECTION:
            texts.append(line)
        else:
            texts[-1:] = [longer]
    return texts


def _linked_line(shown: ArticleView) -> str:
    return linked(shown.title, shown.url, beside=True) + _origin(shown)


def _whole(brief: BriefView) -> str:
    spread = "Related coverage from" if brief.related else "Also published by"
    others = f"{spread} {count(brief.outlets, 'other outlet')}." if brief.outlets else ""
    return " ".join(part for part in (f"{_line(brief)}.", beside(brief.excerpt), others) if part)


def _line(shown: ArticleView) -> str:
    return beside(shown.title) + _origin(shown)


def _origin(shown: ArticleView) -> str:
    """` — The Example, Feb 4, 2021`."""
    facts = ", ".join(fact for fact in (beside(shown.provider), shown.day.text if shown.day else "") if fact)
    return f" — {facts}" if facts else ""


def dots(parts: Iterable[str]) -> str:
    """The parts that are not empty, with dots between them."""
    return " · ".join(part for part in parts if part)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, shortened at a word."""
    return shorten(text, limit)


def counted(number: int, one: str, many: str = "") -> str:
    """`3|count("brief")` gives `3 briefs`."""
    return count(number, one, many)


def _pieces(chunks: Sequence[str], matched: frozenset[str]) -> list[tuple[str, bool]]:
    """Neighbouring words of one kind joined: the text and whether it is bold."""
    pieces: list[tuple[str, bool]] = []
    for chunk in chunks:
        strong = _is_match(chunk, matched)
        if pieces and pieces[-1][1] == strong:
            pieces[-1] = (f"{pieces[-1][0]} {chunk}", strong)
        else:
            pieces.append((chunk, strong))
    return pieces


def _is_match(chunk: str, matched: frozenset[str]) -> bool:
    """True where a matched word stands in the chunk and most of the chunk is words that matched."""
    found = words(chunk)
    hits = [word for word in found if word in matched]
    return bool(hits) and 2 * len(hits) >= len(found)
