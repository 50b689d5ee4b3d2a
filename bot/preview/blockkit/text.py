"""Text objects and what Slack reads inside mrkdwn."""

from __future__ import annotations

import re
from typing import Any

from bot.preview.blockkit.report import Report, is_web_url

_SEQUENCE = re.compile(r"<([^<>]*)>")
_BARE_AMPERSAND = re.compile(r"&(?!amp;|lt;|gt;)")
_MENTION = re.compile(r"@[UW][A-Z0-9]+(\|[^|]*)?|#C[A-Z0-9]+(\|[^|]*)?|!subteam\^S[A-Z0-9]+(\|[^|]*)?")
_DATE = re.compile(r"!date\^-?\d{1,12}\^([^|^]*)(?:\^([^|]*))?\|([^|]+)")
_DATE_TOKEN = re.compile(r"\{(\w*)\}")
DATE_TOKENS = frozenset(
    {
        "date_num", "date_slash", "date", "date_short", "date_long", "date_pretty", "date_short_pretty",
        "date_long_pretty", "time", "time_secs", "ago", "day_divider_pretty",
    }
)  # fmt: skip


def check_text(report: Report, node: object, *, most: int, kinds: tuple[str, ...], least: int = 1) -> None:
    """A text object of one of `kinds`, at the report's present place."""
    text = report.mapping(node)
    if text is None:
        return
    kind = text.get("type")
    if kind not in kinds:
        report.error(f"must be one of: {', '.join(kinds)}", "type")
        return
    own = "emoji" if kind == "plain_text" else "verbatim"
    report.fields(text, ("text",), (own,))
    report.boolean(text, own)
    report.string(text, "text", most, least=least)
    if kind == "mrkdwn" and isinstance(text.get("text"), str):
        with report.at("text"):
            check_mrkdwn(report, text["text"])


def check_mrkdwn(report: Report, text: str) -> None:
    """Control sequences and escapes; each is a warning, because Slack shows the message all the same."""
    for found in _SEQUENCE.finditer(text):
        _check_sequence(report, found.group(1))
    rest = _SEQUENCE.sub("", text)
    if "<" in rest:
        report.warn("an unescaped < is left over; write &lt;")
    if _BARE_AMPERSAND.search(rest):
        report.warn("an unescaped & is left over; write &amp;")


def _check_sequence(report: Report, inner: str) -> None:
    if inner.startswith("!date^"):
        _check_date(report, inner)
    elif re.match(r"!(channel|here|everyone)\b", inner):
        report.warn(f"<{inner}> would notify everyone")
    elif _MENTION.fullmatch(inner):
        return
    else:
        address, _, label = inner.partition("|")
        if address.startswith("mailto:") and "@" in address:
            return
        if not is_web_url(address):
            report.warn(
                f"<{inner[:60]}> is no link, mention or date that Slack knows; escape it as &lt;…&gt;"
            )
        elif "|" in inner and not label:
            report.warn(f"the link to {address[:60]} has no words to click on")


def _check_date(report: Report, inner: str) -> None:
    found = _DATE.fullmatch(inner)
    if found is None:
        report.warn(f"<{inner[:60]}> is not <!date^seconds^format|fallback>")
        return
    pattern, link, _ = found.groups()
    unknown = set(_DATE_TOKEN.findall(pattern)) - DATE_TOKENS
    if unknown:
        report.warn(f"a date format knows no {{{min(unknown)}}}")
    if link and not is_web_url(link):
        report.warn(f"a date links to {link[:60]!r}, which is no web address")


def plain(report: Report, node: dict[str, Any], name: str, most: int) -> None:
    """A plain_text field, where there is one."""
    if node.get(name) is not None:
        with report.at(name):
            check_text(report, node[name], most=most, kinds=("plain_text",))


def either(report: Report, node: dict[str, Any], name: str, most: int) -> None:
    """A text field that may be plain_text or mrkdwn, where there is one."""
    if node.get(name) is not None:
        with report.at(name):
            check_text(report, node[name], most=most, kinds=("plain_text", "mrkdwn"))
