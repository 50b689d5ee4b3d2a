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
from bot.content.parser.values import ALREADY_REPORTED, join_halves, plain

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


def read_nodes(front: str, report: Report) -> tuple[Node | None, frozenset[str]]:
    """The tree of what is YAML in the front matter, and the names of fields that fell out of it.

    Every syntax error goes into `report`. None where nothing is left to read. Raises nodes.TooMuch.
    """
    lines = front.split("\n")
    lost: set[str] = set()
    for _ in range(min(MOST_REPAIRS, 1 + MOST_REREAD // (len(front) + 1))):
        try:
            return compose("\n".join(lines)), frozenset(lost)
        except BadStructure as error:
            fault = Fault(line=error.line, column=error.column, message=error.message, hint=error.hint)
        except yaml.MarkedYAMLError as error:
            if _joins_halves(error, lines):
                continue
            fault = _explain(error, lines)
        if ALREADY_REPORTED not in lines[fault.line - 1]:
            report.error(fault, _field_at(lines, fault.line), fault.message, fault.hint)
        lost |= _take_out(lines, fault.line)
    return None, frozenset(lost)


def _joins_halves(error: yaml.MarkedYAMLError, lines: list[str]) -> bool:
    """Mend a line with a character that JSON writes as two escapes; libyaml takes these for none."""
    if "escape" not in (error.problem or "") or error.problem_mark is None:
        return False
    row = error.problem_mark.line
    mended = join_halves(lines[row])
    changed = mended != lines[row]
    lines[row] = mended
    return changed


def _explain(error: yaml.MarkedYAMLError, lines: list[str]) -> Fault:
    problem, context = error.problem or "this is not YAML", error.context or ""
    mark = error.context_mark if _is_told_at_its_start(problem, context) else error.problem_mark
    mark = mark or error.problem_mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    row = min(row, len(lines) - 1)
    while row > 0 and not lines[row].strip():
        row -= 1
    if opened := _open_quote(lines, row) if "expected key" in problem else None:
        return opened
    if "mapping values" in problem and _has_no_colon(lines, row):
        row, column, problem = (
            row - 1,
            len(lines[row]) - len(lines[row].lstrip()),
            "could not find expected ':'",
        )
    message, hint = _in_words(problem, context, lines, row, column)
    return Fault(line=row + 1, column=min(column, len(lines[row])) + 1, message=message, hint=hint)


def _is_told_at_its_start(problem: str, context: str) -> bool:
    if "end of stream" in problem or "document indicator" in problem:
        return True
    return any(part in context for part in ("simple key", "flow", "alias", "anchor"))


def _open_quote(lines: list[str], row: int) -> Fault | None:
    """A quote that opened on an earlier line and ended where this line begins its own."""
    last = None
    try:
        for token in yaml.scan("\n".join(lines[: row + 1]), Loader=yaml.CSafeLoader):
            last = token if isinstance(token, yaml.ScalarToken) and token.style else last
    except yaml.YAMLError:
        pass  # what it says is known; the tokens before it are what counts
    ends = [] if last is None else [last.start_mark, last.end_mark]
    if not ends or ends[0].line >= row or ends[1].line != row:
        return None
    quote = lines[ends[0].line][ends[0].column]
    return Fault(
        line=ends[0].line + 1,
        column=ends[0].column + 1,
        message=f"the quote {quote} that opens here is not closed on its line",
        hint=f"close it with {quote} where the value ends",
    )


def _has_no_colon(lines: list[str], row: int) -> bool:
    """True where the line before stands at the same column and is no field, so that both are read as one."""
    if not row or not lines[row - 1].strip() or _FIELD.match(lines[row - 1]) or _ITEM.match(lines[row - 1]):
        return False
    field = _FIELD.match(lines[row])
    indents = [len(line) - len(line.lstrip()) for line in lines[row - 1 : row + 1]]
    return indents[0] == indents[1] and not (field and ": " in (field["value"] or ""))


def _in_words(problem: str, context: str, lines: list[str], row: int, column: int) -> tuple[str, str]:
    """Message and hint. `problem` and `context` are libyaml's fixed sentences."""
    line = lines[row]
    char = line[column : column + 1]
    shown = "a backtick" if char == "`" else f"`{char}`"
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
            return message.format(char=shown), hint
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
        fits = value and plain(value) == value and '"' not in value and "\\" not in value
        hint = f'{_QUOTE_ALL}: "{value}"' if fits else _QUOTE_ALL
        return "a colon inside the value makes YAML see a second field here", hint
    return "this field is indented below one that has a value already", "begin both at the same column"


def _take_out(lines: list[str], number: int) -> set[str]:
    """Put a stand-in for the value at fault, with the deeper lines below it; the names of fields it loses.

    A line without a value to take out, or with one that is out already, goes as a whole.
    """
    line = lines[number - 1]
    row = (
        number - 1
        if _FIELD.match(line) or _ITEM.match(line) or number == 1
        else _row_above(lines, number - 1)
    )
    found = _FIELD.match(lines[row]) or _ITEM.match(lines[row])
    if not found or ALREADY_REPORTED in lines[row]:
        lines[number - 1] = ""
        return (
            {found.groupdict()["key"]}
            if found and "key" in found.groupdict() and row == number - 1
            else set()
        )
    key = found.groupdict().get("key")
    lines[row] = found["indent"] + (f"{key}: " if key else "") + f'"{ALREADY_REPORTED}"'
    _blank(lines, row + 1, number, len(found["indent"]))
    return set()


def _row_above(lines: list[str], row: int) -> int:
    """The line that a line at the same or a deeper column goes on from, else the line itself."""
    above = row - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    indent = len(lines[row]) - len(lines[row].lstrip(" \t"))
    found = _FIELD.match(lines[above])
    return above if found and len(found["indent"]) <= indent else row


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
