"""Words that say that one asks, not what for: ignored unless they are all there is."""

from __future__ import annotations

from collections.abc import Sequence

# fmt: off
ASIDES = frozenset((
    "article", "articles", "happened", "happening", "headline", "headlines", "info", "information",
    "latest", "need", "new", "newest", "news", "post", "posts", "read", "recent", "recently", "report",
    "reports", "show", "stories", "story", "today", "update", "updates",
))
"""What people say around a request for news; in a title some of these say a little."""

FUNCTION_WORDS = frozenset((
    "a", "about", "all", "am", "an", "and", "any", "anything", "are", "as", "at", "be", "been", "being",
    "between", "but", "by", "can", "concerning", "could", "did", "do", "does", "everything", "find", "for",
    "from", "get", "gets", "give", "going", "got", "had", "has", "have", "her", "hers", "him", "his", "how",
    "i", "if", "in", "into", "is", "it", "its", "just", "know", "let", "like", "look", "looking", "me",
    "more", "most", "my", "of", "on", "one", "or", "our", "out", "over", "please", "regarding", "related",
    "see", "she", "so", "some", "something", "tell", "than", "thanks", "that", "the", "their", "them",
    "then", "there", "these", "they", "this", "those", "to", "us", "want", "was", "we", "were", "what",
    "whats", "when", "where", "which", "who", "whom", "whose", "why", "will", "with", "would", "you",
    "your",
))
"""English question words, articles, prepositions, pronouns: in a title they say nothing."""
# fmt: on

FILLERS = ASIDES | FUNCTION_WORDS


def ignorable(tokens: Sequence[str]) -> frozenset[int]:
    """The places of words that are not asked for: fillers, and "work" of "how does it work"."""
    found = {position for position, token in enumerate(tokens) if token in FILLERS}
    if tokens[:1] == ("how",) and tokens[-1] in ("work", "works"):
        found.add(len(tokens) - 1)
    return frozenset(found)
