"""What is wrong where a text is not YAML, in an editor's words, and how to read on behind it.

libyaml stops at its first error. To tell all of them in one pass, the value on the line at fault is taken
out, and the rest is read again; a value taken out is known to be reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from bot.content.parser.nodes import BadStructure, Node, compose
from bot.content.parser.report import Report
from bot.content.parser.values import ALREADY_REPORTED, quoted

MOST_REPAIRS = 20
"""Syntax errors that are told of one file."""

MOST_REREAD = 2_000_000
"""Characters that are read again at most, so that repairs take bounded time."""

_FIELD = re.compile(
    r"^(?P<indent> *(?:- +)*)(?P<key>[^\s:#'\"\[\]{},&*!|>%@`-][^:#]*?) *:(?:[ \t]+(?P<value>.*))?$"
)
_ITEM = re.compile(r"^(?P<indent> *(?:- +)*- +)(?P<value>[^\s].*)$")
_QUOTE_ALL = "put the whole value in double quotes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A syntax error at `line` and `column` from 1, within the front matter."""

    line: int
    column: int
    message: str
    hint: str


def read_nodes(front: str, report: Report) -> Node | None:
    """The tree of what is YAML in the front matter; every syntax error goes into `report`.

    None where nothing is left to read. Raises nodes.TooMuch.
    """
    lines = front.split("\n")
    for _ in range(min(MOST_REPAIRS, 1 + MOST_REREAD // (len(front) + 1))):
        try:
            return compose("\n".join(lines))
        except BadStructure as error:
            fault = Fault(line=error.line, column=error.column, message=error.message, hint=error.hint)
        except yaml.MarkedYAMLError as error:
            fault = _explain(error, lines)
        report.error(fault, _field_at(lines, fault.line), fault.message, fault.hint)
        if not _take_out(lines, fault.line):
            return None
    return None


def _explain(error: yaml.MarkedYAMLError, lines: list[str]) -> Fault:
    problem = error.problem or "this is not YAML"
    mark = error.problem_mark or error.context_mark
    place = error.context_mark if _is_told_at_its_start(problem, error.context or "") else mark
    place = place or mark
    row, column = (place.line, place.column) if place else (0, 0)
    row = min(row, len(lines) - 1)
    while row > 0 and not lines[row].strip():
        row -= 1
    message, hint = _in_words(problem, error.context or "", lines, row, column)
    return Fault(line=row + 1, column=min(column, len(lines[row])) + 1, message=message, hint=hint)


def _is_told_at_its_start(problem: str, context: str) -> bool:
    return (
        "end of stream" in problem
        or "simple key" in context
        or "flow" in context
        or "document indicator" in problem
    )


def _in_words(problem: str, context: str, lines: list[str], row: int, column: int) -> tuple[str, str]:
    """Message and hint. `problem` and `context` are libyaml's fixed sentences."""
    line = lines[row]
    char = line[column : column + 1]
    field = _FIELD.match(line)
    value = ((field["value"] or "") if field else "").strip()
    if "quoted scalar" in context and "end of stream" in problem:
        return (
            f"the quote {char} that opens here is never closed",
            f"close it with {char} where the value ends",
        )
    if value[:1] in ("'", '"') and ("expected key" in problem or "expected ',' or" in problem):
        return _inner_quote(value[0])
    if "mapping values" in problem:
        return _stray_colon(value, row)
    if char == "\t" or "tab character" in problem:
        return "a tab stands where YAML takes spaces only", "indent with spaces, two for each level"
    for part, message, hint in _SENTENCES:
        if part in problem or part in context:
            return message.format(char=quoted(char)), hint
    return f"this is not YAML: {problem}", _QUOTE_ALL


_SENTENCES = (
    ("start any token", "a value cannot begin with {char} in YAML", _QUOTE_ALL),
    (
        "escape",
        "a backslash in double quotes begins an escape that YAML does not know",
        "write \\\\ for a backslash",
    ),
    ("hexdecimal", "the escape in double quotes lacks digits", "write \\\\ for a backslash"),
    ("alias", "YAML reads `*` at the start of a value as a reference", _QUOTE_ALL),
    ("anchor", "YAML reads `&` at the start of a value as a mark", _QUOTE_ALL),
    (" tag", "YAML reads `!` at the start of a value as a mark", _QUOTE_ALL),
    (
        "expected ':'",
        "this line is no field: it has no colon after a name",
        "write `name: value`; indent a text that goes on from the line above by two spaces",
    ),
    ("flow", "the {char} that opens here is not closed as it should be", f"close it, or {_QUOTE_ALL}"),
    ("block scalar", "after `|` or `>` the line has to end", "begin the text on the next line, indented"),
    ("document", "what follows does not belong to the fields above", "begin all fields at the same column"),
    (
        "indicator",
        "the indentation fits no list or field above",
        "begin the parts of a group at the same column",
    ),
    (
        "expected key",
        "the indentation fits no field above",
        "begin the fields of one group at the same column",
    ),
    ("node content", "a value cannot begin with {char} in YAML", _QUOTE_ALL),
    ("not allowed in this context", "a list cannot begin here", "begin it on the next line, indented"),
)
"""What libyaml says, in part, and what an editor should read; the first that fits is taken."""


def _inner_quote(quote: str) -> tuple[str, str]:
    hint = (
        'write \\" for a quote inside double quotes'
        if quote == '"'
        else "write '' for an apostrophe inside '…'"
    )
    return "the quoted value ends here, before the line does", hint


def _stray_colon(value: str, row: int) -> tuple[str, str]:
    if ": " in value or value.endswith(":") or not row:
        hint = f'{_QUOTE_ALL}: "{value}"' if value and '"' not in value and "\\" not in value else _QUOTE_ALL
        return "a colon inside the value makes YAML see a second field here", hint
    return "this field is indented below one that has a value already", "begin both at the same column"


def _take_out(lines: list[str], number: int) -> bool:
    """Put a stand-in for the value at fault and the deeper lines below it; False where there is none."""
    for row in range(number - 1, max(number - 4, -1), -1):
        line = lines[row]
        if ALREADY_REPORTED in line:
            return False
        found = _FIELD.match(line) or _ITEM.match(line)
        if found:
            key = found.groupdict().get("key")
            lines[row] = found["indent"] + (f"{key}: " if key else "") + f'"{ALREADY_REPORTED}"'
            _blank(lines, row + 1, number, len(found["indent"]))
            return True
        if row == number - 1 and line.strip() and (row == 0 or not _goes_on(lines, row)):
            lines[row] = ""
            return True
    return False


def _goes_on(lines: list[str], row: int) -> bool:
    return bool(_FIELD.match(lines[row - 1]))


def _blank(lines: list[str], start: int, at_least: int, indent: int) -> None:
    for row in range(start, len(lines)):
        line = lines[row]
        deeper = len(line) - len(line.lstrip(" \t")) > indent
        if line.strip() and not deeper and row >= at_least:
            return
        lines[row] = ""


def _field_at(lines: list[str], number: int) -> str:
    """The dotted name of the field on a line, found by indentation: `related[2].provider.name`."""
    steps: list[tuple[int, str, int]] = []  # column, key (empty for an item of a list), number of the item
    for line in lines[:number]:
        found = _FIELD.match(line) or _ITEM.match(line)
        if found:
            _follow(steps, found["indent"], found.groupdict().get("key") or "")
    return "".join(f".{key}" if key else f"[{item}]" for _, key, item in steps).lstrip(".")


def _follow(steps: list[tuple[int, str, int]], indent: str, key: str) -> None:
    for column in (place for place, char in enumerate(indent) if char == "-"):
        item = 0
        while steps and (steps[-1][0] > column or (steps[-1][0] == column and not steps[-1][1])):
            dropped = steps.pop()
            item = dropped[2] + 1 if dropped[0] == column else item
        steps.append((column, "", item))
    if key:
        while steps and steps[-1][0] >= len(indent):
            steps.pop()
        steps.append((len(indent), key, 0))
