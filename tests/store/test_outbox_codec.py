"""What is owed survives being written down, whatever it says."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import Mark, Owed
from bot.store.outbox.codec import owed_from_json, owed_to_json

IDS = st.integers(-(2**62), 2**62)
LISTS = st.lists(IDS, max_size=4).map(tuple)
NUMBERS = st.dictionaries(IDS, IDS, max_size=4)
MOMENTS = st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds without a zone, as hypothesis wants them


@given(
    st.builds(
        Owed,
        full=LISTS,
        also=LISTS,
        thread=LISTS,
        left=LISTS,
        marks=st.dictionaries(IDS, st.sampled_from(Mark), max_size=4),
        heats=NUMBERS,
        outlets=NUMBERS,
        due_at=MOMENTS,
        cut_at=MOMENTS,
        text=st.text(st.characters()),
        degraded=st.integers(0, 3),
    )
)
def test_what_is_owed_comes_back_as_it_was(owed: Owed) -> None:
    document = owed_to_json(owed)
    assert owed_from_json(document) == owed
    assert document.isascii()
    assert "\0" not in document


def test_nothing_owed_is_written_as_nothing() -> None:
    assert owed_to_json(Owed()) == "{}"
