"""When a folder has fallen silent: three times its usual longest pause without a change; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

TIMES_USUAL = 3
FEWEST_PAUSES = 5
"""With fewer pauses nobody can say what is usual."""

SHORTEST = timedelta(hours=1)
"""Changes closer together are one: a folder that is filled by a script changes many files at once."""


def silent_since(changes: Sequence[datetime], now: datetime) -> datetime | None:
    """The last change, where the silence since is longer than three times the usual longest pause.

    `changes` are moments at which files changed, in any order. As soon as there are ten pauses, the second
    longest is the usual longest one, so that one holiday does not hide the next silence.
    """
    moments = sorted(moment for moment in changes if moment <= now)
    pauses = sorted(after - before for before, after in pairwise(moments) if after - before >= SHORTEST)
    if len(pauses) < FEWEST_PAUSES:
        return None
    usual = pauses[-2] if len(pauses) >= 2 * FEWEST_PAUSES else pauses[-1]
    return moments[-1] if now - moments[-1] > TIMES_USUAL * usual else None
