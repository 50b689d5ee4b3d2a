"""Reading one file in bounded time and memory, whatever stands at its path."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MOST_BYTES = 5_000_000
"""A larger file is refused by its size, before it is read."""

_BOM = b"\xef\xbb\xbf"
_SAVE_AS_UTF8 = "save it as UTF-8 text"
_NOT_FILES = {
    stat.S_IFDIR: ("this is a folder, not a file", "rename the folder so that it does not end in .md"),
    stat.S_IFIFO: ("this is a pipe, not a file", "remove it from the folder"),
    stat.S_IFSOCK: ("this is a socket, not a file", "remove it from the folder"),
    stat.S_IFCHR: ("this is a device, not a file", "remove it from the folder"),
    stat.S_IFBLK: ("this is a device, not a file", "remove it from the folder"),
}


class Unreadable(Exception):
    """The file cannot be read as text; `line` and `column` (from 1) say where that shows."""

    def __init__(self, message: str, hint: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.line, self.column = message, hint, line, column


def read_bytes(path: str) -> bytes:
    """The file's bytes; a device is never opened, and a pipe that takes a file's place does not hang.

    Raises Unreadable.
    """
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path would cost four times the call
        _check_kind(found)
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:
        raise Unreadable("the file's name holds a NUL character", "rename the file") from error
    try:
        return _read(handle, found.st_size)
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(handle)


def _read(handle: int, size: int) -> bytes:
    """All of it; where it is not as large as it was a moment ago, another thing may stand in its place."""
    if size > MOST_BYTES:
        raise Unreadable(*_too_large(size))
    data = os.read(handle, size + 1)
    if len(data) == size:
        return data
    _check_kind(os.fstat(handle))
    return data + _read_rest(handle, len(data))


def _read_rest(handle: int, done: int) -> bytes:
    """Up to one byte more than is allowed, so that a file that grows meanwhile is refused too."""
    pieces, left = [], MOST_BYTES + 1 - done
    while left > 0 and (piece := os.read(handle, min(left, 1 << 20))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _check_kind(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(*_NOT_FILES.get(stat.S_IFMT(found.st_mode), ("this is no file", "remove it")))


def _unreadable(path: str, error: OSError) -> Unreadable:
    if isinstance(error, FileNotFoundError) and Path(path).is_symlink():
        target = printable(str(Path(path).readlink()))
        return Unreadable(f"the link is broken: there is no {target}", "correct or remove the link")
    if isinstance(error, FileNotFoundError):
        return Unreadable("there is no such file", "check the path")
    if isinstance(error, PermissionError):
        return Unreadable(
            "the file may not be read", "let the account that runs newsbrief read it (chmod +r)"
        )
    reason = error.strerror or type(error).__name__
    return Unreadable(f"the file cannot be read: {reason}", "check the file and its disk")


def _too_large(size: int) -> tuple[str, str]:
    message = f"the file has {size:,} bytes; a brief has at most {MOST_BYTES:,}"
    return message, "shorten it, or move it out of the folder"


def decode(data: bytes) -> str:
    """UTF-8 text with or without byte order mark, every line end as `\\n`. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(*_too_large(len(data)))
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error.start) from error
    if b"\r" in data:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if b"\0" in data:
        raise _with_nul(text)
    return text


def printable(path: str) -> str:
    """A path that can be shown: bytes that are not UTF-8 as escapes."""
    if path.isascii():
        return path
    try:
        return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half a character that stands for no byte
        return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _not_utf8(data: bytes, position: int) -> Unreadable:
    before = data[:position]
    line_start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
    line = before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    column = len(before[line_start:].removeprefix(_BOM).decode("utf-8")) + 1
    message = f"the file is not UTF-8: byte 0x{data[position]:02X} at position {position:,}"
    guess = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "Windows-1252 or Latin-1"
    return Unreadable(message, f"it may be {guess}; {_SAVE_AS_UTF8}", line, column)


def _with_nul(text: str) -> Unreadable:
    position = text.index("\0")
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    hint = f"it may be UTF-16 or no text at all; {_SAVE_AS_UTF8}"
    return Unreadable("the file holds a NUL character", hint, line, column)
