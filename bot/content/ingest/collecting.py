"""Python's garbage collector kept from walking through everything while a sync fills the memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = 1_000_000


class _Calm:
    """How many syncs are under way, and the thresholds from before the first."""

    depth = 0
    before = gc.get_threshold()


@contextmanager
def no_full_collections() -> Iterator[None]:
    """Collect only what is young: a full collection stops every thread, answers too, for up to 100 ms.

    A sync has hundreds of thousands of values at a time, none of them in a cycle. For the event loop's
    thread alone.
    """
    if not _Calm.depth:
        _Calm.before = gc.get_threshold()
        gc.set_threshold(*_Calm.before[:2], _NEVER)
    _Calm.depth += 1
    try:
        yield
    finally:
        _Calm.depth -= 1
        if not _Calm.depth:
            gc.set_threshold(*_Calm.before)
