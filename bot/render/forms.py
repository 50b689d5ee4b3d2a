"""The dialogs in which a digest's or an alert rule is changed: one field with the rule as it is typed.

Plain values rather than templates: a dialog is a form for the bot to read, not words for people to restyle.
"""

from __future__ import annotations

from typing import Any

from bot.domain.answers import AlertPage, DigestPage
from bot.render.text import clean, size

RULE_MOST = 3_000
"""What Slack takes as the value of an input."""
DIGEST_FORM = "news_digest_form"
ALERT_FORM = "news_alert_form"
_DIGEST_HINT = (
    "For example: daily 09:00 · weekdays 08:30 Europe/Berlin topic:AI count:3 · weekly mon 09:00 heat:>100 · "
    "mon,wed,fri 9am from:wsj.com"
)
_ALERT_HINT = (
    "For example: heat:hot · heat:>100 topic:AI · from:wsj.com heat:>90 quiet:22:00-07:00 max:3 gap:10m. "
    "gap:0 and quiet:off lift a limit."
)


def digest_form(page: DigestPage | None) -> dict[str, Any]:
    """A digest's schedule and filters; empty for a new one."""
    name = "Change digest" if page else "New digest"
    return _form(DIGEST_FORM, name, "When, and which briefs", page.typed if page else "", _DIGEST_HINT)


def alert_form(page: AlertPage) -> dict[str, Any]:
    """A person's alert rule; empty where there is none."""
    return _form(ALERT_FORM, "Alert rule", "Which briefs, and how often", page.typed, _ALERT_HINT)


def _form(callback: str, title: str, label: str, typed: str, hint: str) -> dict[str, Any]:
    rule = clean(typed)
    field: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": "rule",
        "max_length": RULE_MOST,
        "focus_on_load": True,
    }
    if rule and size(rule) <= RULE_MOST:  # a rule that is cut would be another one
        field["initial_value"] = rule
    field_block = {"type": "input", "block_id": "rule", "label": _plain(label), "hint": _plain(hint)}
    return {
        "type": "modal",
        "callback_id": callback,
        "title": _plain(title),
        "submit": _plain("Save"),
        "close": _plain("Cancel"),
        "blocks": [{**field_block, "element": field}],
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
