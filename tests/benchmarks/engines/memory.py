"""What a process holds, in MB."""

from __future__ import annotations

import gc
import resource
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Held:
    """Memory of its own, and pages of files that are mapped, which the system may take back."""

    own: float
    mapped: float

    def since(self, before: Held) -> Held:
        """The growth."""
        return Held(max(0.0, self.own - before.own), max(0.0, self.mapped - before.mapped))


def held() -> Held:
    """Of this process now; where the system does not tell them apart, the most it ever was."""
    gc.collect()
    status = Path("/proc/self/status")
    if not status.exists():
        scale = 1e6 if sys.platform == "darwin" else 1e3
        return Held(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale, 0.0)
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return Held(*(int(lines[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile")))
