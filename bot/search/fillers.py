"""Words that say that one asks, not what for: ignored unless they are all there is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.query import Sort

# fmt: off
ASIDES = frozenset((
    "article", "articles", "happened", "happening", "headline", "headlines", "info", "information",
    "latest", "need", "new", "newest", "news", "post", "posts", "read", "recent", "recently", "report",
    "reports", "show", "stories", "story", "talk", "talking", "talks", "today", "update", "updates",
))
"""What people say around a request for news; in a title some of these say a little."""

FUNCTION_WORDS = frozenset((
    "a", "about", "all", "am", "an", "and", "any", "anything", "are", "as", "at", "be", "been", "being",
    "between", "but", "by", "can", "concerning", "could", "did", "do", "does", "everybody", "everyone",
    "everything", "find", "for",
    "from", "get", "gets", "give", "going", "got", "had", "has", "have", "her", "hers", "him", "his", "how",
    "i", "if", "in", "into", "is", "it", "its", "just", "know", "let", "like", "look", "looking", "me",
    "more", "most", "my", "of", "on", "one", "or", "our", "out", "over", "please", "regarding", "related",
    "see", "she", "so", "some", "something", "tell", "than", "thanks", "that", "the", "their", "them",
    "then", "there", "these", "they", "this", "those", "to", "us", "versus", "vs", "want",
    "was", "we", "were", "what", "whats", "when", "where", "which", "who", "whom",
    "whose", "why", "will", "with", "would", "you", "your",
))
"""English question words, articles, prepositions, pronouns: in a title they say nothing."""
_NEWEST = frozenset(("latest", "newest", "recent", "recently"))
_TIMES = frozenset(("today", "todays", "tonight", "week", "weeks", "yesterday", "month", "months"))
_LISTS = frozenset((
    "briefs", "headline", "headlines", "hot", "hottest", "news", "popular", "stories", "top", "trending",
))
_AROUND = frozenset(("5", "10", "20", "50", "100", "day", "days", "last", "past", "five", "ten"))
# fmt: on

FILLERS = ASIDES | FUNCTION_WORDS


def list_asked_for(tokens: Sequence[str]) -> Sort | None:
    """The order of the list that words such as "latest news" or "top 10" ask for, None for any other words.

    "new" alone is a word to look for, and so is a headline such as "Last month today"; "what's new" asks for
    the newest.
    """
    asked = set(tokens)
    if not asked <= FILLERS | _TIMES | _LISTS | _AROUND or len(asked & _TIMES) > 1:
        return None
    if asked & (_NEWEST | _TIMES) or (len(asked) > 1 and "new" in asked and not asked & _LISTS):
        return Sort.NEW
    return Sort.HEAT if asked & _LISTS else None


def ignorable(tokens: Sequence[str]) -> frozenset[int]:
    """The places of words that are not asked for: fillers, and "work" of "how does it work"."""
    found = {position for position, token in enumerate(tokens) if token in FILLERS}
    if tokens[:1] == ("how",) and tokens[-1] in ("work", "works"):
        found.add(len(tokens) - 1)
    return frozenset(found)
