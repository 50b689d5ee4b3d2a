"""Jinja2 that yields JSON.

A template is JSON with holes. Each `{{ value }}` becomes one complete JSON value, quotes included, so no
text can break out of its place; writing quotes around a hole fails loudly. Built-in templates are found by
their names and as `default:NAME`, so that an override can extend what it replaces. A comma after the last
item of a list is forgiven.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined, Undefined
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

from bot.domain.message import Message
from bot.errors import RenderError
from bot.render import filters

BUILT_IN = Path(__file__).parent / "templates"
SUFFIX = ".json.j2"

_STRING_OR_LAST_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[\]}])')


class Raw(str):
    """JSON that is complete already and is put in as it is."""

    __slots__ = ()


def environment(
    folder: str | None = None, extensions: Sequence[type[Extension]] = ()
) -> SandboxedEnvironment:
    """A sandbox for the built-in templates; with a folder, its templates come first."""
    built_in = FileSystemLoader(BUILT_IN)
    loaders: list[BaseLoader] = [built_in, PrefixLoader({"default": built_in}, delimiter=":")]
    if folder is not None:
        loaders.insert(0, FileSystemLoader(folder))
    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=False,
        finalize=_as_json,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=extensions,
    )
    made.filters.update({name: _strict(work) for name, work in FILTERS.items()})
    return made


def parse_message(source: str) -> Message:
    """The message that a rendered template stands for.

    Raises ValueError (json.JSONDecodeError where it is no JSON) with a sentence.
    """
    body = json.loads(forgive_commas(source), parse_constant=_refuse_constant)
    if not isinstance(body, Mapping):
        raise TypeError('it is not a JSON object with "text" and "blocks"')
    if unknown := sorted(body.keys() - {"text", "blocks"}):
        raise ValueError(f'{unknown[0]!r} is not a part of a message; there are only "text" and "blocks"')
    text, blocks = body.get("text"), body.get("blocks")
    if not isinstance(text, str):
        raise TypeError('it has no "text", which screen readers and notifications need')
    if not isinstance(blocks, list) or not all(isinstance(block, Mapping) for block in blocks):
        raise TypeError('"blocks" is not a list of objects')
    return Message(text=text, blocks=tuple(blocks))


def forgive_commas(source: str) -> str:
    """The source with a blank for each comma after a last item, so that places stay where they are."""
    return _STRING_OR_LAST_COMMA.sub(lambda found: found.group(1) or " ", source)


def _strict(work: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, saying which name is undefined where it is given an undefined one."""

    def checked(*args: object, **options: object) -> object:
        for value in (*args, *options.values()):
            if isinstance(value, Undefined):
                str(value)  # raises with the name that is undefined
        return work(*args, **options)

    return checked


def _as_json(value: object) -> str:
    if isinstance(value, Raw):
        return value
    if isinstance(value, Undefined):
        str(value)  # raises with the name that is undefined
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise RenderError(
            f"A {type(value).__name__} cannot stand in a message; show one of its values."
        ) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "raw": Raw,
    "mrkdwn": filters.mrkdwn,
    "beside": filters.beside,
    "bold": filters.bold,
    "code": filters.code,
    "link": filters.linked,
    "with_bold": filters.with_bold,
    "day": filters.day,
    "moment": filters.moment,
    "summary": filters.summary,
    "listed": filters.listed,
    "leading": filters.leading,
    "headlines": filters.headlines,
    "bullet": filters.bullet,
    "packed": filters.packed,
    "dots": filters.dots,
    "cut": filters.cut,
    "count": filters.counted,
}
"""Every filter a template has besides Jinja2's own; the table for people is in templates/README.md."""
