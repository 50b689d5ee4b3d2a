"""The precise path: a brief from YAML's nodes, and every problem with its line and column.

A scalar is read by the kind of its field, not by what YAML would guess from its look, so `title: no` and
`title: 12:30` are texts as written. In quotes a number or flag is a text, and so of the wrong kind.
Without quotes `~` and `null` are no value, in every field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.content.parser import fields as known
from bot.content.parser import values as read
from bot.content.parser.fields import FieldRule, Kind
from bot.content.parser.nodes import Node
from bot.content.parser.report import Report
from bot.domain.brief import Article, Image, Provider
from bot.domain.logo import image_format, is_shown

_NAMES = {"text": "text", "list": "a list", "map": "a group of fields"}
_WANTED = {
    Kind.NUMBER: ("a whole number", "write digits only, without quotes"),
    Kind.FLAG: ("true or false", "write `true` or `false`, without quotes"),
    Kind.DATE: ("a date", "write it as 2021-02-04T18:58:00Z"),
    Kind.ADDRESS: ("an address", "write the full address, beginning with https:// or http://"),
    Kind.IMAGE_ADDRESS: ("an address", "write the full address, beginning with https:// or http://"),
}
_SPELLING = "check its spelling, or remove it"
_HASHTAG = re.compile(r"[ \t]+#[^\s#]")


class NodeReader:
    """Reads nodes into the attributes of frozen values; what is wrong goes into `report`.

    `source` is the text of the nodes. `lost` are names of fields that fell out with a syntax error: these
    are not called missing as well.
    """

    def __init__(self, report: Report, source: str, lost: frozenset[str] = frozenset()) -> None:
        self.report = report
        self.secured: list[tuple[Node, Node]] = []
        self._source = source
        self._lost = lost
        self._readers: Mapping[Kind, Callable[[Node, str], Any]] = {
            Kind.TEXT: self._text,
            Kind.DATE: self._date,
            Kind.ADDRESS: self._address,
            Kind.IMAGE_ADDRESS: self._image_address,
            Kind.NUMBER: self._number,
            Kind.FLAG: self._flag,
            Kind.PROVIDER: self._provider,
            Kind.TOPICS: self._topics,
            Kind.IMAGES: self._images,
            Kind.RELATED: self._related,
        }

    def article(self, node: Node, prefix: str = "") -> dict[str, Any]:
        """The attributes of an Article by name; those that are missing or wrong are left out."""
        values, given = self.fields(node, known.ARTICLE_FIELDS, prefix)
        title = given.get("title")
        if (title is None and "title" not in self._lost) or not values.get("title", "?").strip():
            self._missing_title(title or node, f"{prefix}title")
        if not any(_is_given(given, key) or key in self._lost for key in known.LINK_KEYS):
            hint = "add `webUrl: https://…` (or `originalUrl`, `ampWebUrl`), the page a reader is sent to"
            self.report.error(node, f"{prefix}webUrl", "there is no usable address", hint)
        if not prefix and not _is_given(given, "publishedDateTime"):
            hint = "add `publishedDateTime: 2021-02-04T18:58:00Z`"
            message = "the date is missing; the time the file is first seen is taken"
            self.report.warn(given.get("publishedDateTime") or node, "publishedDateTime", message, hint)
        return values

    def _missing_title(self, node: Node, field: str) -> None:
        hint = 'give every article a title, as in `title: "…"`'
        if node.kind == "text" and node.plain and node.text:
            hint = f"without quotes `{node.text}` is YAML's word for nothing; quote it if it is the title"
        self.report.error(node, field, "the title is missing", hint)

    def fields(
        self, node: Node, rules: Mapping[str, FieldRule], prefix: str, *, others: bool = False
    ) -> tuple[dict[str, Any], dict[str, Node]]:
        """The values of a mapping by attribute, and every node that was given, by key.

        An unknown key is warned of, unless `others` are welcome.
        """
        values: dict[str, Any] = {}
        given: dict[str, Node] = {}
        first: dict[str, Node] = {}
        for key, value in node.pairs:
            name = key.text if key.kind == "text" else ""
            if name in first:
                self._duplicate(key, first[name], f"{prefix}{name}")
                continue
            first[name] = key
            rule = rules.get(name)
            if rule is None:
                if not others:
                    self._unknown(key, name, rules, prefix)
                continue
            given[name] = value
            if rule.kind is Kind.SECURED:
                self.secured.append((key, value))
            elif (found := self._value(value, rule.kind, f"{prefix}{name}")) is not None:
                values[rule.attribute] = found
            elif _is_nothing(value) and rule.kind is Kind.TEXT and name == "title":
                values[rule.attribute] = ""
        return values, given

    def _value(self, node: Node, kind: Kind, field: str) -> Any:  # noqa: ANN401 - of the kind's type
        self._look_at_mark(node, field)
        if (
            _is_null(node)
            or node.text == read.ALREADY_REPORTED
            or (kind is not Kind.TEXT and _is_nothing(node))
        ):
            return None
        if kind in _WANTED and node.kind != "text":
            wanted, hint = _WANTED[kind]
            self._wrong_kind(node, field, wanted, hint)
            return None
        return self._readers[kind](node, field)

    def _duplicate(self, key: Node, first: Node, field: str) -> None:
        line = self.report.line_of(first)
        message = f"the field is given twice, first on line {line}"
        self.report.error(key, field, message, "keep one of the two")

    def _unknown(self, key: Node, name: str, rules: Mapping[str, FieldRule], prefix: str) -> None:
        if key.kind != "text":
            self.report.warn(key, prefix.rstrip("."), "a field's name is not a text; it is left out")
            return
        shown = read.quoted(name)
        if name == "<<":
            hint = "write the fields out where they belong"
            self.report.warn(key, f"{prefix}{name}", "YAML's merge key `<<` is not read here", hint)
            return
        nearest = known.nearest_key(name, rules) if len(name) < known.LONGEST_NAME else ""
        known_here = ", ".join(f"`{rule}`" for rule in rules) if rules is not known.ARTICLE_FIELDS else ""
        hint = (
            f"did you mean `{nearest}`?"
            if nearest
            else f"known here: {known_here}"
            if known_here
            else _SPELLING
        )
        self.report.warn(key, f"{prefix}{read.plain(name)}", f"unknown field {shown}; it is left out", hint)

    def _look_at_mark(self, node: Node, field: str) -> None:
        """Warn of an anchor that nothing refers to and of a tag: both may be meant as text."""
        if node.mark and not node.aliased:
            message = f"{read.quoted(node.mark)} is read as a mark of YAML, not as part of the value"
            self.report.warn(node, field, message, "put the whole value in double quotes if it is text")

    def _wrong_kind(self, node: Node, field: str, wanted: str, hint: str) -> None:
        found = _NAMES[node.kind]
        if node.kind == "text" and node.text:
            found = read.quoted(node.text) if node.plain else f"the text {read.quoted(node.text)}"
        self.report.error(node, field, f"this has to be {wanted}, and is {found}", hint)

    def _text(self, node: Node, field: str) -> str | None:
        if node.kind != "text":
            hint = "put the whole value in double quotes if it is text"
            self._wrong_kind(node, field, "text", hint)
            return None
        if node.plain and _HASHTAG.match(self._source, node.end):
            message = "all after ` #` is a comment to YAML, and not part of the value"
            self.report.warn(node, field, message, "put the whole value in double quotes if it is text")
        text = read.clean(node.text)
        if not read.is_clean(node.text):
            message = "the text holds control characters or turns of writing direction, which are left out"
            self.report.warn(node, field, message, "retype the text around the place")
        return text

    def _date(self, node: Node, field: str) -> datetime | None:
        try:
            when, doubt = read.read_date(node.text)
        except ValueError as error:
            self.report.error(node, field, str(error), _WANTED[Kind.DATE][1])
            return None
        if doubt:
            self.report.warn(node, field, doubt, "write it in full: 2021-02-04T18:58:00Z")
        return when

    def _address(self, node: Node, field: str) -> str | None:
        return self._checked_address(node, field, read.read_address)

    def _image_address(self, node: Node, field: str) -> str | None:
        return self._checked_address(node, field, read.read_image_address)

    def _checked_address(self, node: Node, field: str, check: Callable[[str], tuple[str, str]]) -> str | None:
        try:
            address, changed = check(read.clean(node.text))
        except ValueError as error:
            self.report.error(node, field, str(error), _WANTED[Kind.ADDRESS][1])
            return None
        if changed:
            self.report.warn(node, field, changed, "write %20 for each space, or correct the address")
        return address

    def _number(self, node: Node, field: str) -> int | None:
        if not node.plain:
            self._wrong_kind(node, field, *_WANTED[Kind.NUMBER])
            return None
        try:
            return read.read_number(node.text)
        except ValueError as error:
            hint = "whole numbers only, in decimal: digits, with a - before a negative one"
            self.report.error(node, field, str(error), hint)
            return None

    def _flag(self, node: Node, field: str) -> bool | None:
        if not node.plain:
            self._wrong_kind(node, field, *_WANTED[Kind.FLAG])
            return None
        try:
            return read.read_flag(node.text)
        except ValueError as error:
            self.report.error(node, field, str(error), "write `true` or `false`")
            return None

    def _provider(self, node: Node, field: str) -> Provider | None:
        if node.kind != "map":
            hint = "write `provider:` and below it, indented by two spaces, `name: …` and `domain: …`"
            self._wrong_kind(node, field, "a group of fields", hint)
            return None
        values, _ = self.fields(node, known.PROVIDER_FIELDS, f"{field}.")
        return Provider(**values)

    def _items(self, node: Node, field: str, hint: str) -> list[tuple[Node, str]]:
        if node.kind != "list":
            self._wrong_kind(node, field, "a list", hint)
            return []
        return [(item, f"{field}[{number}]") for number, item in enumerate(node.items)]

    def _topics(self, node: Node, field: str) -> tuple[str, ...]:
        hint = "write each topic on a line of its own, as `  - AI`"
        found = []
        for item, name in self._items(node, field, hint):
            text = self._value(item, Kind.TEXT, name)
            if text and text.strip():
                found.append(text)
            elif _is_nothing(item):
                self.report.warn(item, name, "an empty topic is left out")
        return tuple(dict.fromkeys(found))

    def _images(self, node: Node, field: str) -> tuple[Image, ...]:
        hint = "write each image as `  - url: https://…`, with `width` and `height` below it"
        found = (self._image(item, name, hint) for item, name in self._items(node, field, hint))
        return tuple(image for image in found if image)

    def _image(self, node: Node, field: str, hint: str) -> Image | None:
        if node.kind != "map":
            self._wrong_kind(node, field, "a group of fields", hint)
            return None
        self._look_at_mark(node, field)
        values, given = self.fields(node, known.IMAGE_FIELDS, f"{field}.")
        if "url" not in given or _is_nothing(given["url"]):
            self.report.warn(node, f"{field}.url", "an image without an address is left out", hint)
        if "url" not in values:
            return None
        if not is_shown(values["url"]):
            message = f"Slack shows no {image_format(values['url'])} images; this one is left out"
            self.report.warn(given["url"], f"{field}.url", message, "use png, jpg, jpeg or gif")
            return None
        return Image(**values)

    def _related(self, node: Node, field: str) -> tuple[Article, ...]:
        hint = "write each related article as `  - title: …`, with its other fields below it"
        found = []
        for item, name in self._items(node, field, hint):
            if item.kind != "map":
                self._wrong_kind(item, name, "a group of fields", hint)
                continue
            self._look_at_mark(item, name)
            values = self.article(item, f"{name}.")
            if values.get("title"):
                found.append(Article(**values))
        return tuple(found)


def _is_given(given: Mapping[str, Node], key: str) -> bool:
    return key in given and not _is_nothing(given[key])


def _is_null(node: Node) -> bool:
    return node.plain and node.text in read.NOTHING


def _is_nothing(node: Node) -> bool:
    """True for no value and, where a text of blanks cannot be meant, for one of these."""
    return node.kind == "text" and (_is_null(node) or not node.text.strip())
