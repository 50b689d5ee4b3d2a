"""One holder at a time, and a crashed one holds nothing."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import LockHeld, StoreAway
from bot.store import hold_lock

HOLDER = """
import sys
from bot.store import hold_lock
with hold_lock(sys.argv[1], verb='serve'):
    print('held', flush=True)
    sys.stdin.read()
"""


def test_a_second_holder_is_refused_and_told_who_holds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/news.db"
    with hold_lock(url, verb="serve"):
        text = (tmp_path / "news.db.lock").read_text()
        with pytest.raises(LockHeld) as refused, hold_lock(url, verb="preview"):
            pass
    assert f"newsbrief serve, process {os.getpid()}, since 20" in text
    assert text.strip() in refused.value.message
    with hold_lock(url, verb="preview"):
        assert "preview" in (tmp_path / "news.db.lock").read_text()
    assert (tmp_path / "news.db.lock").read_text() == ""


def test_a_link_is_no_way_round_the_lock(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to("news.db")
    with (
        hold_lock(f"sqlite:///{tmp_path}/news.db", verb="serve"),
        pytest.raises(LockHeld, match=r"link\.db is in use by newsbrief serve"),
        hold_lock(f"sqlite:///{tmp_path}/link.db", verb="preview"),
    ):
        pass
    assert not (tmp_path / "link.db.lock").exists()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/news.db"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockHeld, match=f"process {holder.pid}"), hold_lock(url, verb="serve"):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
        with hold_lock(url, verb="serve"):
            assert str(os.getpid()) in (tmp_path / "news.db.lock").read_text()


def test_databases_without_a_file_need_no_lock() -> None:
    for url in ("postgresql://host/name", "sqlite://"):
        with hold_lock(url, verb="serve"), hold_lock(url, verb="serve"):
            pass


def test_a_missing_folder_is_said_plainly(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreAway, match=r"No such file or directory.*Look at the folder"),
        hold_lock(f"sqlite:///{tmp_path}/none/news.db", verb="serve"),
    ):
        pass


def test_a_full_disk_is_said_plainly_and_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    url = f"sqlite:///{tmp_path}/news.db"
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(StoreAway, match=r"cannot be locked.*No space left"), hold_lock(url, verb="serve"):
            pass
    with hold_lock(url, verb="serve"):
        pass


def test_what_fails_while_the_lock_is_held_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), hold_lock(f"sqlite:///{tmp_path}/news.db", verb="serve"):
        (tmp_path / "nowhere").read_text()
