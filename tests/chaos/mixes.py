"""The fault mixes of the proof."""

from __future__ import annotations

from dataclasses import replace

from tests.chaos.faults import Fault, Faults, History

_WRITES = {
    Fault.LIMITED: 0.04,
    Fault.ERROR_BEFORE: 0.02,
    Fault.ERROR_AFTER: 0.03,
    Fault.DROP_BEFORE: 0.02,
    Fault.DROP_AFTER: 0.03,
    Fault.HANG_BEFORE: 0.01,
    Fault.HANG_AFTER: 0.01,
    Fault.SLOW: 0.25,
}
_READS = {Fault.LIMITED: 0.02, Fault.ERROR_BEFORE: 0.02, Fault.DROP_BEFORE: 0.01, Fault.SLOW: 0.1}
_FAILING = {Fault.LIMITED: 0.3, Fault.ERROR_BEFORE: 0.1, Fault.DROP_BEFORE: 0.05, Fault.SLOW: 0.1}
_OTHERS = {"conversations.open": _READS, "users.info": _READS, "auth.test": {Fault.SLOW: 0.2}}

MIX = Faults(
    chances={
        "chat.postMessage": _WRITES,
        "conversations.history": _READS,
        "conversations.replies": _READS,
        **_OTHERS,
    }
)
"""Everything that may go wrong with a post, and a little with everything else."""

HISTORY_FAILS = replace(
    MIX, chances={**MIX.chances, "conversations.history": _FAILING, "conversations.replies": _FAILING}
)
UNREADABLE = replace(MIX, history=History.REFUSED)
LYING = replace(MIX, history=History.EMPTY)
"""History says that nothing was ever posted: as good as no reconciliation, so it has to show doubles."""

SLOW_ONLY = Faults(chances={"chat.postMessage": {Fault.SLOW: 0.5}})
