"""YAML as a tree that knows where everything stands, built in bounded time and memory.

The events of libyaml are read one by one, so that depth and size are judged before anything is built;
an alias is a reference to its node, and what it would unfold to is counted, not unfolded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

MOST_VALUES = 100_000
"""Values in one file, aliases unfolded; the largest brief known has about 4,000."""

CHARACTERS_OF_A_VALUE = 50
"""A long text counts as several values, so that repeating it by aliases is bounded too."""

MOST_NESTING = 50
"""Levels in one file; a brief needs 7."""


@dataclass(slots=True, kw_only=True)
class Node:
    """A value with its place: `line` and `column` from 1 within the front matter, `start` and `end` offsets.

    `items` holds a list's nodes, or a mapping's keys and values by turns. `size` is the number of values
    inside, aliases unfolded. `plain` is true for a text without quotes; `mark` is an anchor, or a tag that
    is not one of YAML's own; `aliased` is true where an alias refers to it.
    """

    kind: str
    line: int
    column: int
    start: int
    end: int
    text: str = ""
    plain: bool = False
    mark: str = ""
    aliased: bool = False
    size: int = 1
    items: list[Node] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[Node, Node]]:
        """A mapping's keys with their values."""
        return list(zip(self.items[::2], self.items[1::2], strict=True))


class TooMuch(Exception):
    """The text is built to exhaust its reader; `line` and `column` from 1 say where that showed."""

    def __init__(self, message: str, hint: str, node: Node) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint
        self.line, self.column = node.line, node.column


class BadStructure(Exception):
    """Valid YAML that makes no tree of fields: an unknown alias, a second document."""

    def __init__(self, message: str, hint: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint
        self.line, self.column = line, column


def compose(text: str) -> Node | None:
    """The tree of a YAML text, None where it holds nothing.

    Raises yaml.YAMLError where the text is not YAML, BadStructure where its parts do not fit, and TooMuch
    where it goes too deep or too far.
    """
    builder = _Builder()
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        builder.take(event)
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._anchors: dict[str, Node] = {}
        self._documents = 0
        self._values = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._add(_scalar(event), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._refer(_node("alias", event), event.anchor or "")
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._finish(_place(event.end_mark)[2])
        elif isinstance(event, yaml.DocumentStartEvent):
            self._begin_document(event)

    def _begin_document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            line, column, _ = _place(event.start_mark)
            hint = "put the value that begins with `---` in double quotes"
            raise BadStructure("a second YAML document begins here", hint, line, column)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        node = _node("map" if isinstance(event, yaml.MappingStartEvent) else "list", event)
        self._add(node, event.anchor)
        self._open.append(node)
        if len(self._open) > MOST_NESTING:
            message = f"values are nested more than {MOST_NESTING} levels deep"
            raise TooMuch(message, "a brief needs no more than 7 levels", node)

    def _finish(self, end: int) -> None:
        node = self._open.pop()
        node.end = end
        node.size += sum(item.size for item in node.items)
        _check_size(node)

    def _refer(self, alias: Node, anchor: str) -> None:
        target = self._anchors.get(anchor)
        if target is None or any(target is node for node in self._open):
            message = f"`*{anchor}` refers to nothing: YAML reads a `*` at the start as a reference"
            hint = "put the whole value in double quotes if it is text"
            raise BadStructure(message, hint, alias.line, alias.column)
        target.aliased = True
        self._add(target, None)

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        self._open[-1].items.append(node)
        self._values += node.size
        if self._values > MOST_VALUES:
            _refuse_size(self._open[0])


def _scalar(event: yaml.ScalarEvent) -> Node:
    node = _node("text", event)
    node.text, node.plain = event.value, not event.style
    node.size += len(event.value) // CHARACTERS_OF_A_VALUE
    return node


def _node(kind: str, event: yaml.NodeEvent) -> Node:
    line, column, start = _place(event.start_mark)
    tag = getattr(event, "tag", None)
    mark = f"&{event.anchor}" if event.anchor and kind != "alias" else ""
    return Node(
        kind=kind,
        line=line,
        column=column,
        start=start,
        end=_place(event.end_mark)[2],
        mark=mark or (_shown_tag(tag) if tag else ""),
    )


def _place(mark: Any) -> tuple[int, int, int]:  # noqa: ANN401 - libyaml's own mark, or PyYAML's
    """Line and column from 1, and the offset."""
    return mark.line + 1, mark.column + 1, mark.index


def _check_size(node: Node) -> None:
    if node.size > MOST_VALUES:
        _refuse_size(node)


def _refuse_size(node: Node) -> NoReturn:
    message = f"the front matter unfolds to more than {MOST_VALUES:,} values"
    raise TooMuch(message, "a brief is far smaller; look for aliases (`*name`) that repeat each other", node)


_OWN_TAGS = frozenset({"str", "int", "bool", "float", "null", "timestamp", "map", "seq"})


def _shown_tag(tag: str) -> str:
    short = tag.removeprefix("tag:yaml.org,2002:")
    if short == tag:
        return tag if tag.startswith("!") else f"!<{tag}>"
    return "" if short in _OWN_TAGS else f"!!{short}"
