"""Python's full collections wait for the end of a sync."""

from __future__ import annotations

import gc

import pytest

from bot.content.ingest.collecting import no_full_collections


def test_thresholds_are_as_before_when_the_last_sync_has_ended() -> None:
    before = gc.get_threshold()
    with no_full_collections():
        with pytest.raises(KeyError), no_full_collections():
            raise KeyError
        assert gc.get_threshold()[:2] == before[:2]
        assert gc.get_threshold()[2] > 100_000
    assert gc.get_threshold() == before
