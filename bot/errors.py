"""Every error that newsbrief raises on purpose, as one tree.

    NewsbriefError
    ├── UsageError            the asker's mistake (exit code 2)
    │   ├── SettingError      a setting with an impossible value
    │   ├── UnknownBrief      a slug or path that names no brief
    │   └── QueryError        a query with an impossible filter
    ├── CannotRun             the machine or a neighbour says no (exit code 3)
    │   ├── LockHeld          another serve or preview holds this database
    │   ├── PortTaken         nothing can listen there
    │   ├── StoreAway         the database is unreachable or not usable
    │   └── SlackRefused      Slack refused our token
    ├── MigrationNeeded       the database has another version (exit code 2)
    ├── RenderError           a message template failed
    └── SendError             a message did not leave
        ├── RetryLater        Slack asks to wait
        ├── Rejected          Slack's answer is final
        └── Uncertain         nobody knows whether it arrived

The text of each is a sentence for the person who sees it: what is wrong, where, and what to do.
A sentence may quote text from outside; whoever shows it escapes it for the place it is shown in.
"""

from __future__ import annotations


class NewsbriefError(Exception):
    """Any error that newsbrief raises on purpose; `exit_code` is what the command line ends with."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(NewsbriefError):
    """The command, setting or slug is wrong as given."""

    exit_code = 2


class SettingError(UsageError):
    """A setting has a value that cannot be used."""


class UnknownBrief(UsageError):
    """A slug or path names no brief."""


class QueryError(UsageError):
    """A query holds a filter with an impossible value; `part` is the text at fault as it was typed.

    `instead` is the whole query that may be asked instead, empty where there is none for certain.
    """

    def __init__(self, message: str, *, part: str = "", hint: str = "", instead: str = "") -> None:
        super().__init__(message, hint=hint)
        self.part = part
        self.instead = instead


class CannotRun(NewsbriefError):
    """Nothing is wrong with the request, but it cannot be carried out here and now."""


class LockHeld(CannotRun):
    """Another process holds the lock of this database."""


class PortTaken(CannotRun):
    """The address to listen on is not to be had."""


class StoreAway(CannotRun):
    """The database cannot be reached or used."""


class SlackRefused(CannotRun):
    """Slack did not accept our token."""


class MigrationNeeded(NewsbriefError):
    """The database has a version that this release cannot use as it is."""

    exit_code = 2


class RenderError(NewsbriefError):
    """A template could not be turned into a message."""


class SendError(NewsbriefError):
    """A message did not leave, or nobody knows; `code` is Slack's own word where it gave one."""

    def __init__(self, message: str, *, code: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


class RetryLater(SendError):
    """Slack asks to wait `seconds` before the next try."""

    def __init__(self, message: str, *, seconds: float, code: str = "") -> None:
        super().__init__(message, code=code)
        self.seconds = seconds


class Rejected(SendError):
    """Slack's answer is final; `details` are its own messages, JSON pointers included."""

    def __init__(self, message: str, *, code: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(message, code=code)
        self.details = details


class Uncertain(SendError):
    """The connection broke or timed out after the request may have been read."""
