"""Faults on demand: which call fails, how, and how often.

A rule takes hold of calls whose method matches. The first rule that fires decides; a spent rule stays in
the list with its `fired` count, so that a test can see whether it was needed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from fnmatch import fnmatchcase
from types import UnionType
from typing import Any

from bot.errors import UsageError

RESPONSE_URL = "response_url"
"""The name under which posts to a `response_url` match a rule."""


class FaultKind(StrEnum):
    """What happens; "before" means the call has no effect, "after" that it had and the answer is lost."""

    RATE_LIMITED = "rate_limited"  # 429 with Retry-After of `seconds`, before
    ERROR = "error"  # 200 with ok false and the code in `error`, before
    MISSING_SCOPE = "missing_scope"  # the same with missing_scope and the scope in `error`
    SERVER_ERROR_BEFORE = "500_before"
    SERVER_ERROR_AFTER = "500_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HANG_BEFORE = "hang_before"  # holds the connection for `seconds`, then drops it
    HANG_AFTER = "hang_after"
    SLOW = "slow"  # answers rightly, `seconds` later
    REFUSE_IMAGE = "refuse_image"  # images whose address matches `pattern` cannot be downloaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule. `method` and `pattern` may hold `*`; `count` None is for ever; the first `skip` calls pass.

    `seconds` unset is 60 for a hang and 1 for all else. `probability` is drawn per call from a generator
    seeded with `seed`, so that a run can be repeated.
    """

    kind: FaultKind
    method: str = "*"
    count: int | None = 1
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    seconds: float | None = None
    error: str = ""
    pattern: str = "*"

    @property
    def delay(self) -> float:
        """Seconds to wait, or to ask for."""
        if self.seconds is not None:
            return self.seconds
        return 60.0 if self.kind in (FaultKind.HANG_BEFORE, FaultKind.HANG_AFTER) else 1.0


class _Rule:
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        self.fired = 0
        self._random = random.Random(fault.seed)  # noqa: S311 - a repeatable fault, not a secret

    def fires(self) -> bool:
        if self.fault.count is not None and self.fired >= self.fault.count:
            return False
        self.seen += 1
        if self.seen <= self.fault.skip or self._random.random() >= self.fault.probability:
            return False
        self.fired += 1
        return True


class Faults:
    """The rules in force, in order."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []

    def __iter__(self) -> Iterator[Fault]:
        return (rule.fault for rule in self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def set(self, faults: Iterable[Fault]) -> None:
        """Replace all rules; counts begin anew."""
        self._rules = [_Rule(fault) for fault in faults]

    def add(self, kind: FaultKind | str, method: str = "*", **settings: Any) -> Fault:
        """Add one rule; `settings` are the other fields of Fault."""
        return self.append(Fault(kind=FaultKind(kind), method=method, **settings))

    def append(self, fault: Fault) -> Fault:
        """Add one rule after the others."""
        self._rules.append(_Rule(fault))
        return fault

    def clear(self) -> None:
        """Everything works again."""
        self._rules = []

    def fired(self, fault: Fault) -> int:
        """How often a rule has fired."""
        return sum(rule.fired for rule in self._rules if rule.fault == fault)

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets, if any; counts it."""
        for rule in self._rules:
            fault = rule.fault
            if fault.kind is FaultKind.REFUSE_IMAGE or not fnmatchcase(method, fault.method):
                continue
            if rule.fires():
                return fault
        return None

    def refuses_image(self, method: str, url: str) -> bool:
        """True where a rule says that this image cannot be downloaded; counts it."""
        for rule in self._rules:
            fault = rule.fault
            if fault.kind is not FaultKind.REFUSE_IMAGE or not fnmatchcase(method, fault.method):
                continue
            if fnmatchcase(url, fault.pattern) and rule.fires():
                return True
        return False

    def as_json(self) -> list[dict[str, Any]]:
        """The rules with how often each has fired."""
        return [
            {**{item.name: getattr(rule.fault, item.name) for item in fields(Fault)}, "fired": rule.fired}
            for rule in self._rules
        ]


_TYPES: dict[str, type | UnionType] = {
    "count": int | None,
    "skip": int,
    "seed": int,
    "probability": int | float,
    "seconds": int | float | None,
}
"""What the fields of a fault may be in JSON; all others are text."""


def fault_from_json(data: object) -> Fault:
    """A rule from a JSON object with Fault's fields; raises UsageError that names what is wrong."""
    known = {item.name for item in fields(Fault)}
    if not isinstance(data, Mapping):
        raise UsageError("A fault is a JSON object.", hint=f"Its fields: {', '.join(sorted(known))}.")
    if unknown := set(data) - known:
        raise UsageError(
            f"A fault has no field {min(unknown)!r}.", hint=f"Known: {', '.join(sorted(known))}."
        )
    for name, value in data.items():
        if isinstance(value, bool) or not isinstance(value, _TYPES.get(name, str)):
            raise UsageError(f"A fault's {name} cannot be {value!r}.")
    try:
        return Fault(**{**data, "kind": FaultKind(data.get("kind", ""))})
    except ValueError as error:
        kinds = ", ".join(FaultKind)
        raise UsageError(f"{data.get('kind')!r} is no kind of fault.", hint=f"Known: {kinds}.") from error
