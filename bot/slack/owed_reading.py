"""What is meant by the words of a digest or an alert rule, typed as a command or into a dialog."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.dispatch.reading import read_alerts, read_digest
from bot.dispatch.requests import AlertOrder, DigestOrder, DigestRequest, RuleRequest
from bot.errors import UsageError
from bot.search import Search

NO_DIGEST = "I do not read that as a digest's schedule."
DIGEST_FORM = "For example: daily 09:00 topic:AI, or weekdays 8:30 count:3."
NO_RULE = "I do not read that as an alert rule."
RULE_FORM = "For example: heat:>100 topic:AI quiet:22:00-07:00 max:3 gap:10m."


def digest_in(text: str, search: Search, zone: ZoneInfo) -> DigestRequest | DigestOrder | None:
    """What the words after `digest` want; raises QueryError."""
    return read_digest(text, lambda rest: search.parse(rest, zone), zone)


def alerts_in(text: str, search: Search, zone: ZoneInfo) -> RuleRequest | AlertOrder | None:
    """What the words after `alerts` want; raises QueryError."""
    return read_alerts(text, lambda rest: search.parse(rest, zone))


def schedule_in(text: str, search: Search, zone: ZoneInfo) -> DigestRequest:
    """A digest's whole rule, with or without the command before it; raises UsageError for anything else."""
    wanted = digest_in(_rule("digest", text), search, zone)
    if not isinstance(wanted, DigestRequest):
        raise UsageError(NO_DIGEST, hint=DIGEST_FORM)
    return wanted


def rule_in(text: str, search: Search, zone: ZoneInfo) -> tuple[RuleRequest, str]:
    """An alert rule, with or without `alerts on`, and its words as a command has them; raises UsageError."""
    typed = _rule("alerts", text)
    wanted = alerts_in(typed, search, zone)
    if not isinstance(wanted, RuleRequest):
        raise UsageError(NO_RULE, hint=RULE_FORM)
    return wanted, typed


def as_command(verb: str, text: str) -> str:
    """The verb and a rule as they are typed together: `digest daily 09:00`, `alerts on heat:>100`."""
    return f"{verb} {_rule(verb, text)}".strip()


def _rule(verb: str, text: str) -> str:
    """The words that follow the verb; a dialog may hold them with the command or the verb before them."""
    words = text.split()
    if words and words[0].startswith("/"):
        del words[0]
    if words and words[0].casefold() == verb:
        del words[0]
    if verb == "alerts" and (not words or words[0].casefold() != "on"):
        words.insert(0, "on")
    return " ".join(words)
