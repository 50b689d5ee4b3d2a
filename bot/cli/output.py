"""How the command line speaks: plain lines, safe for a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from typing import Any

from bot.domain.problem import Problem


def set_up_output() -> None:
    """What we print is UTF-8 whatever the locale says; what has no UTF-8 form is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def plain(text: str) -> str:
    """The text in one line without control or direction characters, so that no title rewrites a terminal."""
    return " ".join(harmless(text).split())


def harmless(text: str) -> str:
    """The same with its spaces as they are, for columns."""
    return "".join(char if char.isprintable() else " " for char in text)


def complain(sentence: str) -> None:
    """One error to stderr; several lines are several errors."""
    for line in sentence.splitlines() or [""]:
        print(f"newsbrief: {plain(line)}", file=sys.stderr)


def note(sentence: str) -> None:
    """Something worth knowing, to stderr, so that stdout stays what was asked for."""
    print(plain(sentence), file=sys.stderr, flush=True)


def say(line: str) -> None:
    """One line of the result."""
    print(line, flush=True)


def say_json(value: object) -> None:
    """One JSON object in one line, flushed at once."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def problem_line(problem: Problem) -> str:
    """`path:line:column: severity: field: message (hint)` (contract section 2)."""
    hint = f" ({problem.hint})" if problem.hint else ""
    where = f"{problem.path}:{problem.line}:{problem.column}"
    return plain(f"{where}: {problem.severity}: {problem.field or '-'}: {problem.message}{hint}")


def problem_object(problem: Problem) -> dict[str, Any]:
    """The same as an object; a missing field or hint is null."""
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "severity": str(problem.severity),
        "field": problem.field or None,
        "message": problem.message,
        "hint": problem.hint or None,
    }


def say_problems(problems: Iterable[Problem], *, as_json: bool = False) -> bool:
    """Print problems; True where one of them keeps its file out of the index."""
    found = False
    for problem in problems:
        found = found or problem.is_error
        if as_json:
            say_json(problem_object(problem))
        else:
            say(problem_line(problem))
    return found


def detach_stdout() -> None:
    """Let stdout go after its reader went (`newsbrief check | head`), without a second complaint at exit."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
