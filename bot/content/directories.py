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
) -> Iterator[tuple[Report, Values]]:
    """Each file's report and values; no values where the file is of another taxonomy or not to be read."""
    for path in _files(folders):
        report = Report(printable(path))
        try:
            values = _read(path, report, rules)
        except (Unreadable, NotCut, TooMuch) as error:
            report.error(At(error.line, error.column), "", error.message, error.hint)
            values = {}
        if values.get("taxonomy", taxonomy) != taxonomy:
            values = {}
        yield report, values


def _files(folders: Sequence[str]) -> Iterator[str]:
    for folder in folders:
        try:
            names = sorted(entry.name for entry in Path(folder).iterdir() if not entry.is_dir())
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            yield folder  # reading it tells why
            continue
        for name in names:
            if name.endswith(_ENDINGS) and not name.startswith(".") and name.lower() != "readme.md":
                yield f"{folder.rstrip('/')}/{name}"


def _read(path: str, report: Report, rules: Mapping[str, FieldRule]) -> Values:
    text = decode(read_bytes(path))
    if path.endswith(".md") or text.lstrip().startswith("---"):
        parts = cut(text)
        text, report.first_line = parts.front, parts.line
    if len(text) > _MOST_TEXT:
        raise Unreadable(f"the file has more than {_MOST_TEXT:,} characters", "shorten it")
    front = shield(text)
    root, lost = read_nodes(front, report)
    if root is None or root.kind != "map":
        if not report.has_error:
            report.error(root or At(), "", "the file holds no fields", "write each field as `name: value`")
        return {}
    values, _ = NodeReader(report, front, lost).fields(root, rules, "", others=True)
    return values


def _provider(values: Values, report: Report) -> ProviderEntry | None:
    domain = (values.get("domain") or values.get("id") or "").strip()
    if values and not domain and not report.has_error:
        report.error(At(), "domain", "the domain is missing", "add `domain: example.com`")
    if report.has_error or not domain:
        return None
    return ProviderEntry(
        domain=domain,
        name=values.get("name", "").strip() or domain,
        other_names=values.get("other_names", ()),
        images=values.get("images", ()),
    )


def _topic(values: Values, report: Report) -> TopicEntry | None:
    name = values.get("name", "").strip()
    if values and not name and not report.has_error:
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
