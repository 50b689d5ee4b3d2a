"""`search kubernetes -pricing`: a word with a dash in front belongs to the query, not to the options."""

from __future__ import annotations

from collections.abc import Sequence

ASKING = ("search", "render")
"""Verbs that take a query."""

EXCLUSION = "\ufdd0"
"""Stands for the `-` of `-word` while argparse looks at it; a code point that no text may hold."""


def keep_exclusions(arguments: Sequence[str]) -> list[str]:
    """`search kubernetes -pricing`: words with a dash are the query's, not options nobody knows."""
    if not arguments or arguments[0] not in ASKING:
        return list(arguments)
    return [EXCLUSION + text[1:] if _is_exclusion(text) else text for text in arguments]


def restore_exclusions(query: Sequence[str]) -> str:
    """The query as it was typed."""
    return " ".join(query).replace(EXCLUSION, "-")


def _is_exclusion(text: str) -> bool:
    return len(text) > 1 and text[0] == "-" and text[1] != "-" and text != "-h"
