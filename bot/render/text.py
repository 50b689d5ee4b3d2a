"""Text from outside, made safe for one place in a Slack message: cleaned, shortened, escaped.

`&`, `<` and `>` are escaped as Slack asks. Its other marks have no escape at all, so the few that would
format are replaced by characters that look and read the same and mean nothing to Slack:

    *  becomes  ∗  (asterisk operator)        ~  becomes  ∼  (tilde operator)
    `  becomes  ‵  (reversed prime)           _  becomes  ‗  (double low line), at a word's edge only
    :  becomes  ∶  (ratio), where `:name:` would turn into an emoji
    >  becomes  ›  (angle quote), as the first character, where it would begin a quotation

Invisible characters were weighed for this and left aside: Slack documents no effect of theirs, they end up
in what people copy, and screen readers stumble over them. `snake_case` stays as it is, and a pasted title
still finds its brief, because a search reads letters and digits only.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import quote, urlsplit

ELLIPSIS = "…"
LOOKALIKES = {"*": "∗", "~": "∼", "`": "‵", "_": "‗", ":": "∶", ">": "›"}
LINK_LENGTH = 800
"""The longest address that is put into text; with a longer one a title stays plain text."""

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_CUT_ENTITY = re.compile(r"&#\w{0,7}$")
_DROPPED = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NONCHARACTER = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_FORMATS = re.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])")
_EMOJI_COLON = re.compile(r":(?=(?:[\w+'-]*[^\W\d][\w+'-]*|100|1234):)")
_UNSAFE_IN_URL = re.compile(r"[\s|<>\"\\^`{}\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_SLACK_ENTITY = re.compile(r"&(lt|gt|amp);", re.IGNORECASE)
_TRAILING = " \t,;:-–—·/(["


def size(text: str) -> int:
    """The length as a browser or phone counts it, in UTF-16 units: never less than Slack's own count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def escaped_size(text: str) -> int:
    """The length that `text` has once it is escaped."""
    return size(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


def decode(text: str) -> str:
    """HTML entities decoded once; only complete ones, so that `R&D` and `?a=1&lt=2` stay as written."""
    return _ENTITY.sub(lambda found: html.unescape(found.group()), _CUT_ENTITY.sub("", text))


def clean(text: str) -> str:
    """One line without control characters, direction overrides, invisible characters and stray surrogates.

    Joiners stay: emoji and several scripts are written with them.
    """
    visible = _NONCHARACTER.sub("", _DROPPED.sub("", text))
    return _SPACE.sub(" ", visible).strip()


def plain(text: str) -> str:
    """Text of a brief as a reader should see it: entities decoded once, then cleaned."""
    return clean(decode(text))


def neutralise(text: str) -> str:
    """Slack's formatting marks replaced by lookalikes (see the table above)."""
    safe = _EMOJI_COLON.sub(LOOKALIKES[":"], text)
    safe = _FORMATS.sub(lambda found: LOOKALIKES[found.group()], safe)
    return LOOKALIKES[">"] + safe[1:] if safe.startswith(">") else safe


def escape(text: str) -> str:
    """Any text as mrkdwn that shows exactly it: cleaned, marks neutralised, `&`, `<`, `>` escaped once."""
    safe = neutralise(clean(text))
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def isolate(text: str) -> str:
    """Right-to-left text wrapped so that it cannot reorder what stands beside it in the line."""
    if not text.isascii() and any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        return f"\u2068{text}\u2069"
    return text


def shorten(text: str, limit: int) -> str:
    """At most `limit` units once escaped; what is longer ends at a word with an ellipsis."""
    if escaped_size(text) <= limit:
        return text
    kept = _prefix(text, limit - 1)
    at_word, _, rest = kept.rpartition(" ")
    if text[len(kept) : len(kept) + 1] == " " or (at_word and len(rest) <= len(kept) // 2):
        kept = kept if text[len(kept) : len(kept) + 1] == " " else at_word
    return kept.rstrip(_TRAILING) + ELLIPSIS


def _prefix(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` escaped units that does not tear a character apart."""
    used = end = 0
    for char in text:
        used += escaped_size(char)
        if used > limit:
            break
        end += 1
    while end > 0 and (_continues(text[end : end + 1]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end]


def _continues(char: str) -> bool:
    """True for what belongs to the character before: accents, joiners, variation and skin tone marks."""
    return bool(char) and (
        unicodedata.category(char) in ("Mn", "Mc", "Me")
        or char == "\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def safe_url(url: str) -> str:
    """A web address as it may stand inside `<url|label>` or a button; empty unless http or https.

    Its `&` stay as they are: escaped ones reach the browser as `&amp;` in Slack's mobile apps
    (integrations/slack#1507). Of a literal `&lt;`, which Slack would read as `<`, the semicolon is
    percent-encoded; that leaves the address's meaning alone.
    """
    safe = _UNSAFE_IN_URL.sub(lambda found: quote(found.group(), safe=""), _encodable(url.strip()))
    safe = _SLACK_ENTITY.sub(r"&\1%3B", safe)
    try:
        parts = urlsplit(safe)
    except ValueError:
        return ""
    return safe if parts.scheme.lower() in ("http", "https") and parts.netloc else ""


def _encodable(text: str) -> str:
    return text.encode("utf-8", "ignore").decode("utf-8")


def link(label: str, url: str) -> str:
    """`<url|label>` with the label escaped; the label alone where the address is empty, bad or too long."""
    shown = escape(label)
    target = safe_url(url)
    return f"<{target}|{shown}>" if target and shown and size(target) <= LINK_LENGTH else shown
