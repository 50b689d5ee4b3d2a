"""Interactive elements, options, confirmations and images inside blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.preview.blockkit.report import Report
from bot.preview.blockkit.text import either, plain

ID = 255

ElementCheck = Callable[[Report, dict[str, Any]], None]


def check_element(report: Report, node: object, allowed: frozenset[str]) -> None:
    """One element of a kind that may stand here."""
    element = report.mapping(node)
    if element is None:
        return
    kind = element.get("type")
    if not isinstance(kind, str) or kind not in ELEMENTS or kind not in allowed:
        report.error(f"unsupported type: {kind}", "type")
        return
    report.string(element, "action_id", ID)
    ELEMENTS[kind](report, element)


def _button(report: Report, node: dict[str, Any]) -> None:
    report.fields(
        node,
        ("text",),
        ("action_id", "url", "value", "style", "confirm", "accessibility_label", "agent_prompt"),
    )
    plain(report, node, "text", 75)
    report.url(node, "url")
    report.string(node, "value", 2000)
    report.choice(node, "style", ("primary", "danger"))
    report.string(node, "accessibility_label", 75)
    report.string(node, "agent_prompt", 4000)
    confirm(report, node)


def _image(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, ("alt_text",), ("image_url", "slack_file"))
    image_source(report, node)
    report.string(node, "alt_text", 2000)


def image_source(report: Report, node: dict[str, Any]) -> None:
    """`image_url` or `slack_file`, exactly one."""
    if (node.get("image_url") is None) == (node.get("slack_file") is None):
        report.error("must define either `slack_file` or `image_url` (exactly one)")
    report.url(node, "image_url")
    file = node.get("slack_file")
    if file is not None and (not isinstance(file, dict) or ("id" in file) == ("url" in file)):
        report.error("must define either `id` or `url` (exactly one)", "slack_file")


def confirm(report: Report, node: dict[str, Any]) -> None:
    """A confirmation dialog, where there is one."""
    if node.get("confirm") is None:
        return
    with report.at("confirm"):
        dialog = report.mapping(node["confirm"])
        if dialog is None:
            return
        report.fields(dialog, ("title", "text", "confirm", "deny"), ("style",))
        for name, most in (("title", 100), ("confirm", 30), ("deny", 30)):
            plain(report, dialog, name, most)
        either(report, dialog, "text", 300)
        report.choice(dialog, "style", ("primary", "danger"))


def _option(report: Report, node: object, *, mrkdwn: bool = False, url: bool = False) -> None:
    option = report.mapping(node)
    if option is None:
        return
    report.fields(option, ("text", "value"), ("description", *(("url",) if url else ())))
    (either if mrkdwn else plain)(report, option, "text", 75)
    (either if mrkdwn else plain)(report, option, "description", 75)
    report.string(option, "value", 150)
    if url:
        report.url(option, "url")


def _options(
    report: Report, node: dict[str, Any], least: int, most: int, *, mrkdwn: bool = False, url: bool = False
) -> None:
    for place, option in enumerate(report.items(node, "options", least, most)):
        with report.at("options", place):
            _option(report, option, mrkdwn=mrkdwn, url=url)


def _overflow(report: Report, node: dict[str, Any]) -> None:
    report.fields(node, ("options",), ("action_id", "confirm"))
    _options(report, node, 1, 5, url=True)
    confirm(report, node)


_SELECT = ("action_id", "placeholder", "confirm", "focus_on_load")


def _groups(report: Report, node: dict[str, Any]) -> None:
    for place, group in enumerate(report.items(node, "option_groups", 1, 100)):
        with report.at("option_groups", place):
            inner = report.mapping(group)
            if inner is not None:
                report.fields(inner, ("label", "options"), ())
                plain(report, inner, "label", 75)
                _options(report, inner, 1, 100)


def _offered(node: dict[str, Any]) -> list[Any]:
    groups = node.get("option_groups") or []
    grouped = [option for group in groups if isinstance(group, dict) for option in group.get("options") or []]
    return [*(node.get("options") or []), *grouped]


def _static_select(report: Report, node: dict[str, Any]) -> None:
    multi = node["type"].startswith("multi_")
    initial = "initial_options" if multi else "initial_option"
    own = (initial, "max_selected_items") if multi else (initial,)
    report.fields(node, (), (*_SELECT, "options", "option_groups", *own))
    if (node.get("options") is None) == (node.get("option_groups") is None):
        report.error("must define either `options` or `option_groups` (exactly one)")
    plain(report, node, "placeholder", 150)
    _options(report, node, 1, 100)
    _groups(report, node)
    chosen = node.get(initial) if multi else [node[initial]] if node.get(initial) else []
    if any(option not in _offered(node) for option in chosen or []):
        report.error("must be one of the options", initial)
    confirm(report, node)


def _other_select(report: Report, node: dict[str, Any]) -> None:
    extras = (
        "initial_user", "initial_users", "initial_conversation", "initial_conversations", "initial_channel",
        "initial_channels", "initial_option", "initial_options", "default_to_current_conversation", "filter",
        "response_url_enabled", "min_query_length", "max_selected_items",
    )  # fmt: skip
    report.fields(node, (), (*_SELECT, *extras))
    plain(report, node, "placeholder", 150)
    report.boolean(node, "default_to_current_conversation", "response_url_enabled")
    confirm(report, node)


def _picks(report: Report, node: dict[str, Any]) -> None:
    initial = "initial_options" if node["type"] == "checkboxes" else "initial_option"
    report.fields(node, ("options",), ("action_id", "confirm", "focus_on_load", initial))
    _options(report, node, 1, 10, mrkdwn=True)
    chosen = node.get(initial)
    chosen = chosen if isinstance(chosen, list) else [chosen] if chosen else []
    if any(option not in _offered(node) for option in chosen):
        report.error("must be one of the options", initial)
    confirm(report, node)


def _moment(report: Report, node: dict[str, Any]) -> None:
    initial = {
        "datepicker": "initial_date",
        "timepicker": "initial_time",
        "datetimepicker": "initial_date_time",
    }[node["type"]]
    report.fields(node, (), ("action_id", "placeholder", "confirm", "focus_on_load", "timezone", initial))
    plain(report, node, "placeholder", 150)
    confirm(report, node)


def _typed(report: Report, node: dict[str, Any]) -> None:
    own = ("multiline", "min_length", "max_length") if node["type"] == "plain_text_input" else ()
    number = ("is_decimal_allowed", "min_value", "max_value") if node["type"] == "number_input" else ()
    required = ("is_decimal_allowed",) if number else ()
    common = ("action_id", "placeholder", "initial_value", "dispatch_action_config", "focus_on_load")
    report.fields(node, required, (*common, *own, *number))
    plain(report, node, "placeholder", 150)
    report.string(node, "initial_value", 3000, least=0)
    for name in ("min_length", "max_length"):
        value = node.get(name)
        if value is not None and (not isinstance(value, int) or not 0 <= value <= 3000):
            report.error("must be a whole number from 0 to 3000", name)


ELEMENTS: dict[str, ElementCheck] = {
    "button": _button,
    "image": _image,
    "overflow": _overflow,
    "static_select": _static_select,
    "multi_static_select": _static_select,
    **dict.fromkeys(
        (
            "users_select", "conversations_select", "channels_select", "external_select",
            "multi_users_select", "multi_conversations_select", "multi_channels_select",
            "multi_external_select",
        ),
        _other_select,
    ),
    "checkboxes": _picks,
    "radio_buttons": _picks,
    "datepicker": _moment,
    "timepicker": _moment,
    "datetimepicker": _moment,
    "plain_text_input": _typed,
    "email_text_input": _typed,
    "url_text_input": _typed,
    "number_input": _typed,
}  # fmt: skip

_MODAL_ONLY = frozenset({"email_text_input", "url_text_input", "number_input"})
IN_INPUT = frozenset(ELEMENTS) - {"button", "image", "overflow"}
IN_ACTIONS = frozenset(ELEMENTS) - {"image", "plain_text_input"} - _MODAL_ONLY
IN_SECTION = frozenset(ELEMENTS) - {"plain_text_input", "datetimepicker"} - _MODAL_ONLY
BUTTON = frozenset({"button"})
IMAGE = frozenset({"image"})
