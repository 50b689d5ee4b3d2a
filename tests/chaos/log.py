"""The sink's log: one JSON line for each call, complete before the answer leaves; and its reader."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One call as the sink saw it; times are Unix seconds of the machine.

    `came_at` is when it arrived, `done_at` when it was accepted or refused. `channel` is the id of a channel
    or direct message, as far as the call names one. `ts` is set where a message was accepted. `error` is
    Slack's word for a refusal that no fault caused. `urls` are all addresses in the blocks and the text.
    """

    method: str
    came_at: float
    done_at: float
    channel: str = ""
    accepted: bool = False
    delivery: str = ""
    thread: str = ""
    ts: str = ""
    text: str = ""
    urls: tuple[str, ...] = ()
    fault: str = ""
    error: str = ""
    retry_after: int = 0

    @property
    def is_message(self) -> bool:
        """True where a message stands in a channel since."""
        return self.method == "chat.postMessage" and self.accepted

    @classmethod
    def of_line(cls, line: str) -> Event:
        """The event that a line of the log tells."""
        fields = json.loads(line)
        return cls(**fields | {"urls": tuple(fields["urls"])})


class LogWriter:
    """Appends events; each is with the operating system before `write` returns."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("a", encoding="utf-8")

    def write(self, event: Event) -> None:
        """Append one line."""
        self._file.write(json.dumps(asdict(event), ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class LogReader:
    """Follows a log that grows; `events` is all that was read so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = 0
        self.events: list[Event] = []

    def read(self) -> list[Event]:
        """Read on, whole lines only; the new events."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._place)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._place += len(whole) + len(newline)
        new = [Event.of_line(line) for line in whole.decode().split("\n") if line]
        self.events += new
        return new
