"""What is wrong with a folder of message templates, found at start by rendering sample values.

A mistake is a Problem with the file and line where it stands, also where it only shows in the rendered
JSON: there the template is rendered once more with marks that tell which line wrote what.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError, meta
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import SandboxedEnvironment

from bot.domain.problem import Problem, Severity
from bot.render.engine import BUILT_IN, SUFFIX, environment, forgive_commas, parse_message
from bot.render.limits import problems_in
from bot.render.samples import SAMPLES

_HINT = "The built-in template is used until this is put right."
_MARK = re.compile("\ue000([^\ue001]*)\ue001(\\d+)\ue002")
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[\[\]{}]')
_POINTER = re.compile(r"^/blocks/(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderReport:
    """The problems of a folder, and the names of the messages whose own templates are not used."""

    problems: tuple[Problem, ...]
    broken: frozenset[str]


class LineMarks(Extension):
    """Begins every line of a template's own text with a mark that names the file and line."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens, with marks in what is written out as it stands."""
        for token in stream:
            if token.type != "data":
                yield token
                continue
            first, *others = token.value.split("\n")
            lines = [_mark(stream, token.lineno) + first]
            lines += [_mark(stream, token.lineno + number) + line for number, line in enumerate(others, 1)]
            yield Token(token.lineno, "data", "\n".join(lines))


def check_folder(folder: str, shared: Mapping[str, Any]) -> FolderReport:
    """Render every message with the folder's templates and sample values."""
    found = list(_unknown_files(folder))
    broken: set[str] = set()
    env = environment(folder)
    for name in SAMPLES:
        problem = next(_problems_of(env, folder, name, shared), None)
        if problem:
            broken.add(name)
            found.append(problem)
    return FolderReport(problems=tuple(dict.fromkeys(found)), broken=frozenset(broken))


def _problems_of(
    env: SandboxedEnvironment, folder: str, name: str, shared: Mapping[str, Any]
) -> Iterator[Problem]:
    for values in SAMPLES[name]:
        given = {**shared, **values}
        try:
            source = env.get_template(name + SUFFIX).render(given)
        except Exception as error:  # noqa: BLE001 - a template is somebody's code: anything may come out
            yield _failure(error, folder, name)
            return
        yield from _bad_message(source, folder, name, given)


def _failure(error: Exception, folder: str, name: str) -> Problem:
    """The problem for a template that does not render at all."""
    if isinstance(error, TemplateSyntaxError):
        path = Path(error.filename or _own_file(folder, name))
        return _problem(path, error.lineno, f"this is not Jinja: {error.message}")
    path, line = place_of(error, folder, name)
    if isinstance(error, UndefinedError):
        return _problem(path, line, f"{error.message}; templates/README.md lists what a template is given")
    if isinstance(error, TemplateNotFound):
        return _problem(path, line, f"there is no template {error.name!r}")
    if isinstance(error, UnicodeDecodeError):
        return _problem(path, line, "it is not UTF-8 text")
    return _problem(path, line, f"it fails with {type(error).__name__}: {error}")


def _bad_message(source: str, folder: str, name: str, values: Mapping[str, Any]) -> Iterator[Problem]:
    """The problem for a template whose result is no message, or none that Slack takes."""
    try:
        message = parse_message(source)
    except json.JSONDecodeError as error:
        traced = _Traced.render(folder, name, values)
        path, line = traced.place(error.pos, _own_file(folder, name))
        yield _problem(path, line, f"the result is not JSON: {error.msg}", _json_hint(error))
    except (TypeError, ValueError) as error:
        yield _problem(_own_file(folder, name), 1, f"the result is not a message: {error}")
    else:
        for text in problems_in(message):
            traced = _Traced.render(folder, name, values)
            block = _POINTER.match(text)
            offset = traced.block_offset(int(block.group(1))) if block else 0
            path, line = traced.place(offset, _own_file(folder, name))
            yield _problem(path, line, f"Slack would refuse the message: {text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traced:
    """A rendered template and where in it each line of a file begins."""

    source: str
    places: tuple[tuple[int, str, int], ...]

    @classmethod
    def render(cls, folder: str, name: str, values: Mapping[str, Any]) -> _Traced:
        env = environment(folder, extensions=[LineMarks])
        pieces = _MARK.split(env.get_template(name + SUFFIX).render(values))
        source, places = pieces[0], []
        for path, line, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            places.append((len(source), path, int(line)))
            source += text
        return cls(source=source, places=tuple(places))

    def place(self, offset: int, own: Path) -> tuple[Path, int]:
        """The last line of the user's own file that began before `offset`, else the file's first."""
        before = [(path, line) for start, path, line in self.places if start <= offset]
        theirs = [(Path(path), line) for path, line in before if not _is_built_in(path)]
        return theirs[-1] if theirs else (own, 1)

    def block_offset(self, number: int) -> int:
        """Where the message's block with this number begins."""
        depth, seen = 0, -1
        for token in _TOKEN.finditer(forgive_commas(self.source)):
            if token.group() in "{[":
                depth += 1
                seen += depth == 3
                if depth == 3 and seen == number:
                    return token.start()
            elif token.group() in "}]":
                depth -= 1
        return 0


def _mark(stream: TokenStream, line: int) -> str:
    return f"\ue000{stream.filename or ''}\ue001{line}\ue002"


def place_of(error: Exception, folder: str, name: str) -> tuple[Path, int]:
    """The innermost line of the user's templates that the error passed through."""
    inside = Path(folder).resolve()
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if Path(frame.filename).resolve().is_relative_to(inside)]
    last = theirs[-1] if theirs else None
    return (Path(last.filename), last.lineno or 1) if last else (_own_file(folder, name), 1)


def _own_file(folder: str, name: str) -> Path:
    """The user's file for this message or, where that is built in, any of theirs that it may include."""
    own = Path(folder, name + SUFFIX)
    others: Sequence[Path] = sorted(Path(folder).glob(f"*{SUFFIX}"))
    return own if own.exists() or not others else others[0]


def _is_built_in(path: str) -> bool:
    return Path(path).is_relative_to(BUILT_IN)


def _unknown_files(folder: str) -> Iterator[Problem]:
    """A warning for each file that no message and no other template of the folder uses."""
    known = {path.name for path in BUILT_IN.glob(f"*{SUFFIX}")}
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file() and path.suffix == ".j2")
    used = {name for path in files for name in _references(path)}
    for path in files:
        name = path.relative_to(folder).as_posix()
        if name in known | used:
            continue
        nearest = get_close_matches(name, sorted(known), n=1)
        hint = f"Did you mean {nearest[0]}?" if nearest else f"Names are: {', '.join(sorted(known))}."
        yield _problem(path, 1, "no message uses a template of this name", hint, Severity.WARNING)


def _references(path: Path) -> set[str]:
    try:
        parsed = environment().parse(path.read_text(encoding="utf-8"))
    except (TemplateSyntaxError, OSError, UnicodeDecodeError):
        return set()
    return {name for name in meta.find_referenced_templates(parsed) if name}


def _json_hint(error: json.JSONDecodeError) -> str:
    if "delimiter" in error.msg or "property name" in error.msg:
        return f"Write {{{{ value }}}} without quotes around it. {_HINT}"
    return _HINT


def _problem(
    path: Path, line: int, message: str, hint: str = _HINT, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(
        path=str(path), line=max(line, 1), column=1, severity=severity, field="", message=message, hint=hint
    )
