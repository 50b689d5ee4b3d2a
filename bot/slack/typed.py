"""What people type, as they meant it: Slack's markup taken off in one fixed order.

The order (contract section 5): control sequences such as `<http://wsj.com|wsj.com>` or `<@U1|ann>` become
their label or id; then `&lt;` and `&gt;`, last `&amp;`, each once; curly quotes become straight. Another
order would let typed text turn into markup.
"""

from __future__ import annotations

import re

_CONTROL = re.compile(
    r"<([@#][A-Za-z0-9]+|![^<>|]+|[A-Za-z][A-Za-z0-9+.-]*:[^<>|\s]+)(?:\|([^<>]*))?>"
)  # a person or channel, a special word, an address; not `heat:<100 quality:>50`
_QUOTES = str.maketrans({
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'",
})  # fmt: skip
LONGEST = 2000
"""Longer questions are cut: Slack's composer allows 12,000 characters, no headline needs them."""


def as_typed(text: str) -> str:
    """The text of a command or message without Slack's markup, cut to a sane length."""
    plain = _CONTROL.sub(_label, text[: 4 * LONGEST])
    plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _writable(plain.translate(_QUOTES)).strip()[:LONGEST]


def _label(found: re.Match[str]) -> str:
    """The label where there is one; else the id of a person or channel, the address, or the word."""
    target, label = found.group(1), found.group(2)
    if label:
        return label
    if target.startswith(("@", "#")):
        return target[1:]
    if target.startswith("!"):
        return target[1:].partition("^")[0]
    return target.removeprefix("mailto:")


def _writable(text: str) -> str:
    """Without NULs and halves of characters, which no database and no HTTP body takes."""
    return "".join(char for char in text if char != "\0" and not "\ud800" <= char <= "\udfff")
