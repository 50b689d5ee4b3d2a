"""The providers and topics folders: logos, other names, parents and keywords.

A file is YAML, as front matter (`providers/wsj.com.md`) or plain (`topics/ai.yaml`). Its other keys
(descriptions, services, pictures of topics) belong to other readers of the same folders and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot.content.disk import Unreadable, decode, printable, read_bytes
from bot.content.parser.fields import PROVIDER_FILE_FIELDS, TOPIC_FILE_FIELDS, FieldRule
from bot.content.parser.front import NotCut, cut
from bot.content.parser.nodes import TooMuch
from bot.content.parser.precise import NodeReader
from bot.content.parser.report import At, Report
from bot.content.parser.syntax import read_nodes
from bot.content.parser.values import shield
from bot.domain.directory import Directory, ProviderEntry, TopicEntry
from bot.domain.problem import Problem

_ENDINGS = (".md", ".yaml", ".yml")
_MOST_TEXT = 1_000_000

Values = Mapping[str, Any]
Entry = TypeVar("Entry", ProviderEntry, TopicEntry)


def load_directory(
    provider_folders: Sequence[str], topic_folders: Sequence[str]
) -> tuple[Directory, tuple[Problem, ...]]:
    """Both folders as one value, and every problem of their files.

    A folder that does not exist is empty: the default ones are optional. A file with an error is left out
    and the rest goes on. Of two files for one domain or topic the first in order stays, with a warning for
    the other. Hidden files, `README.md` and folders below are passed over.
    """
    providers: dict[str, ProviderEntry] = {}
    topics: dict[str, TopicEntry] = {}
    problems: list[Problem] = []
    for report, values in _read_all(provider_folders, PROVIDER_FILE_FIELDS, "organization"):
        if provider := _provider(values, report):
            _keep(providers, provider.domain.lower().removeprefix("www."), provider, report)
        problems += report.problems()
    for report, values in _read_all(topic_folders, TOPIC_FILE_FIELDS, "topic"):
        if topic := _topic(values, report):
            _keep(topics, topic.name.casefold(), topic, report)
        problems += report.problems()
    return Directory(providers=providers, topics=topics), tuple(problems)


def _read_all(
    folders: Sequence[str], rules: Mapping[str, FieldRule], taxonomy: str
) -> Iterator[tuple[Report, Values | None]]:
    """Each file's report and values; None where it is of another taxonomy or cannot be read."""
    for folder in folders:
        try:
            paths = _files(folder)
        except Unreadable as error:
            report = Report(printable(folder))
            report.error(At(), "", error.message, error.hint)
            yield report, None
            continue
        for path in paths:
            report = Report(printable(path))
            yield report, _read(path, report, rules, taxonomy)


def _files(folder: str) -> list[str]:
    """The files of a folder in order. Raises Unreadable where the folder is there and cannot be read."""
    try:
        names = sorted(entry.name for entry in Path(folder).iterdir() if not entry.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        raise Unreadable(message, "let the account that runs newsbrief read it") from error
    shown = [name for name in names if not name.startswith(".") and name.lower() != "readme.md"]
    return [f"{folder.rstrip('/')}/{name}" for name in shown if name.endswith(_ENDINGS)]


def _read(path: str, report: Report, rules: Mapping[str, FieldRule], taxonomy: str) -> Values | None:
    """The known fields of one file; what is wrong with it goes into `report`."""
    try:
        front = _front(path, report)
        root, lost = read_nodes(front, report)
    except (Unreadable, NotCut, TooMuch) as error:
        report.error(At(error.line, error.column), "", error.message, error.hint)
        return None
    if root is None or root.kind != "map":
        if not report.has_error:
            report.error(root or At(), "", "the file holds no fields", "write each field as `name: value`")
        return None
    if any(key.text == "taxonomy" and value.text != taxonomy for key, value in root.pairs):
        return None
    values, _ = NodeReader(report, front, lost).fields(root, rules, "", others=True)
    return values


def _front(path: str, report: Report) -> str:
    text = decode(read_bytes(path))
    if path.endswith(".md") or text.lstrip().startswith("---"):
        parts = cut(text)
        text, report.first_line = parts.front, parts.line
    if len(text) > _MOST_TEXT:
        raise Unreadable(f"the file has more than {_MOST_TEXT:,} characters", "shorten it")
    return shield(text)


def _provider(values: Values | None, report: Report) -> ProviderEntry | None:
    if values is None:
        return None
    domain = (values.get("domain") or values.get("id") or "").strip()
    if not domain and not report.has_error:
        report.error(At(), "domain", "the domain is missing", "add `domain: example.com`")
    if report.has_error or not domain:
        return None
    return ProviderEntry(
        domain=domain,
        name=values.get("name", "").strip() or domain,
        other_names=values.get("other_names", ()),
        images=values.get("images", ()),
    )


def _topic(values: Values | None, report: Report) -> TopicEntry | None:
    if values is None:
        return None
    name = values.get("name", "").strip()
    if not name and not report.has_error:
        report.error(At(), "name", "the topic's name is missing", "add `name: …`, as briefs write the topic")
    if report.has_error or not name:
        return None
    return TopicEntry(
        name=name,
        parent=values.get("parent", "").strip(),
        short_name=values.get("short_name", "").strip(),
        keywords=values.get("keywords", ()),
    )


def _keep(entries: dict[str, Entry], key: str, entry: Entry, report: Report) -> None:
    if key in entries:
        report.warn(
            At(), "", f"another file describes `{key}` already; this one is left out", "keep one of the two"
        )
        return
    entries[key] = entry
