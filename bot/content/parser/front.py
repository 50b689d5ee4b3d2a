"""Front matter and body: where a file is cut in two, and what is wrong where it cannot be."""

from __future__ import annotations

import re
from typing import NamedTuple

from frontmatter.default_handlers import YAMLHandler

from bot.content.parser.values import quoted

_OPENING = re.compile(r"\s*?^-{3,}[ \t]*$", re.MULTILINE)
_CLOSING = re.compile(r"\n(?:-{3,}|\.\.\.)[ \t]*(?=\n|\Z)")
"""With the line end before it: a search that hops from one line end to the next is the fastest."""


class Parts(NamedTuple):
    """A file in two: the front matter from offset `start` up to `end`, and the line (from 1) it begins on.

    A named tuple, since making a frozen dataclass takes three times as long, and every file needs one.
    """

    front: str
    body: str
    start: int
    end: int
    line: int


class NotCut(ValueError):
    """The file has no front matter, or one without an end; `line` (from 1) is where to look."""

    def __init__(self, message: str, hint: str, line: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.line, self.column = message, hint, line, 1


class BriefHandler(YAMLHandler):
    """python-frontmatter's handler for briefs: it refuses what the default one takes for an empty one.

    The default handler gives no metadata, and no word, for a file without front matter or with one that
    never ends. `frontmatter.load(path, handler=BriefHandler())` cuts a file exactly as our parser does.
    """

    def split(self, text: str) -> tuple[str, str]:
        """Front matter and body. Raises NotCut, a ValueError."""
        parts = cut(text)
        return parts.front, parts.body


def cut(text: str) -> Parts:
    """Cut a file with `\\n` line ends. Raises NotCut.

    The front matter begins with a line of three or more dashes, before which only blank lines may stand,
    and ends with the next such line, or one of three dots, at the very left.
    """
    start, line = (4, 2) if text.startswith("---\n") else _behind_opening(text)
    closing = _CLOSING.search(text, start - 1)
    if not closing:
        hint = "add a line of three dashes (`---`) at the very left after the last field"
        raise NotCut("the front matter is never closed", hint, line - 1)
    end = closing.start() + 1
    return Parts(front=text[start:end], body=text[closing.end() + 1 :], start=start, end=end, line=line)


def _behind_opening(text: str) -> tuple[int, int]:
    """Where the front matter begins: its offset, and its line from 1."""
    opening = _OPENING.match(text)
    if not opening:
        raise _without_opening(text)
    return min(opening.end() + 1, len(text)), text.count("\n", 0, opening.end()) + 2


def _without_opening(text: str) -> NotCut:
    lines = text.split("\n", 200)[:200]
    first, content = next(((n, s) for n, s in enumerate(lines, 1) if s.strip()), (1, ""))
    if not content:
        return NotCut(
            "the file is empty", "write a front matter between two lines of `---`, or remove the file"
        )
    if content.lstrip().startswith("---"):
        hint = "let a line of exactly three dashes, at the very left, open the front matter"
        return NotCut(f"{quoted(content)} does not open a front matter", hint, first)
    hint = "begin the file with a line of three dashes (`---`), then the fields, then `---` again"
    return NotCut("the file has no front matter", hint, first)
