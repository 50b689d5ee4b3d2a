"""The table of outcomes: every code of Slack's has one, written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.dispatch.outcomes import (
    GIVEN_UP,
    LATER,
    PAUSES,
    SHORTER,
    SIMPLER,
    GiveUp,
    Later,
    Pause,
    Simpler,
    Split,
    Unsure,
    at_level,
    notice_to,
    outcome_of,
)
from bot.domain.delivery import Delivery, Kind, Mark, Owed, State
from bot.domain.message import Message
from bot.domain.owed import Claimed
from bot.domain.subscription import Destination
from bot.errors import Rejected, RetryLater, Uncertain
from tests.dispatch.postoffice import pictured

NOON = datetime(2021, 2, 5, 12, tzinfo=UTC)
NAMED = """
account_inactive cannot_dm_bot channel_is_archived channel_not_found ekm_access_denied invalid_attachments
invalid_auth invalid_blocks invalid_blocks_format invalid_metadata_format is_archived message_limit_exceeded
messages_tab_disabled metadata_too_large missing_scope msg_blocks_too_long msg_too_long no_text no_token
not_authed not_in_channel org_login_required rate_limited ratelimited restricted_action
restricted_action_non_threadable_channel restricted_action_read_only_channel restricted_action_thread_locked
restricted_action_thread_only_channel team_access_not_granted thread_not_found token_expired token_revoked
user_disabled user_not_found
"""


def delivery(*briefs: int, **fields: Any) -> Delivery:
    values: dict[str, Any] = {
        "kind": Kind.DIGEST,
        "to": Destination(team="T1", channel="C1"),
        "owed": Owed(full=briefs),
        "expires_at": NOON + timedelta(hours=12),
    }
    return Delivery(id="d", key="k", created_at=NOON, **(values | fields))


def claimed(*briefs: int, **fields: Any) -> Claimed:
    return Claimed(delivery=delivery(*briefs, **fields), lane="T1:C1", epoch=1)


def rejected(code: str, *details: str) -> Rejected:
    return Rejected("Slack refused the request.", code=code, details=details)


def image_failed(number: int) -> str:
    return f"[ERROR] downloading image failed [json-pointer:/blocks/{number}/image_url]"


@pytest.mark.parametrize("code", NAMED.split())
def test_every_code_that_is_named_anywhere_stands_in_the_table(code: str) -> None:
    assert sum(code in table for table in (PAUSES, SIMPLER, SHORTER, LATER, GIVEN_UP)) == 1


@pytest.mark.parametrize("code", sorted(PAUSES))
def test_every_pause_has_a_whole_sentence_for_its_owner(code: str) -> None:
    outcome = outcome_of(rejected(code), claimed(1), Message(text="hello"))
    assert isinstance(outcome, Pause)

    notice = notice_to("U1", outcome, delivery(1), now=NOON, command="/brief")

    assert notice.kind is Kind.NOTICE
    assert notice.owed.text.startswith("The digests for <#C1> are paused. ")
    assert notice.owed.text.endswith(".")
    assert "{" not in notice.owed.text
    assert "/news" not in notice.owed.text
    assert notice.to == Destination(team="T1", user="U1")


def test_notice_of_one_refusal_is_the_same_when_it_is_made_twice() -> None:
    pause = Pause(code="is_archived", sentence=PAUSES["is_archived"])
    first, second = (notice_to("U1", pause, delivery(1), now=NOON, command="/news") for _ in "12")
    assert first == second


def test_channel_id_that_is_none_is_not_quoted() -> None:
    odd = delivery(1, to=Destination(team="T1", channel="C1><!channel>"))
    notice = notice_to("U1", Pause(code="x", sentence="{where}."), odd, now=NOON, command="/news")
    assert "<" not in notice.owed.text


@pytest.mark.parametrize("code", ["", "a_code_of_the_future", *sorted(GIVEN_UP)])
def test_what_has_no_remedy_is_given_up(code: str) -> None:
    assert isinstance(outcome_of(rejected(code), claimed(1, 2), pictured()), GiveUp)


def test_only_an_uncertain_error_is_unsure() -> None:
    assert outcome_of(Uncertain("x", code="TimeoutError"), claimed(1), pictured()) == Unsure(
        code="TimeoutError"
    )


def test_slacks_time_is_kept_and_an_unreachable_server_leaves_it_to_us() -> None:
    asked = RetryLater("x", seconds=7, code="ratelimited")
    away = RetryLater("x", seconds=0.3, code="unreachable")
    assert outcome_of(asked, claimed(1), pictured()) == Later(code="ratelimited", seconds=7)
    assert outcome_of(away, claimed(1), pictured()) == Later(code="unreachable", seconds=None)


def test_refused_images_go_one_then_all_then_every_block() -> None:
    error = rejected("invalid_blocks", image_failed(1))
    message, steps = pictured(3), []
    for refused in range(4):
        outcome = outcome_of(error, claimed(1), message, refused)
        if not isinstance(outcome, Simpler):
            break
        message = outcome.message
        steps.append((len(message.blocks), outcome.degraded))
    assert steps == [(3, 0), (1, 1), (0, 2)]
    assert message == Message(text="the headline")


def test_levels_are_what_was_sent_at_last() -> None:
    assert len(at_level(pictured(3), 0).blocks) == 4
    assert len(at_level(pictured(3), 1).blocks) == 1
    assert at_level(pictured(3), 2) == Message(text="the headline")


def test_halves_hold_every_brief_once_each_in_its_place() -> None:
    owed = Owed(full=(5, 4), also=(3,), thread=(2, 1), marks={4: Mark.NEW}, cut_at=NOON, left=(9,))

    outcome = outcome_of(rejected("msg_too_long"), claimed(owed=owed), pictured())

    assert isinstance(outcome, Split)
    first, second = outcome.first.owed, outcome.second.owed
    assert (first.full, first.also, first.thread) == ((5, 4), (3,), ())
    assert (second.full, second.also, second.thread) == ((), (), (2, 1))
    assert (first.cut_at, first.left, second.cut_at, second.left) == (NOON, (9,), None, ())


def test_second_half_is_a_new_delivery_of_the_same_thread() -> None:
    top = outcome_of(rejected("msg_too_long"), claimed(1, 2, state=State.SENDING), pictured())
    reply = outcome_of(rejected("msg_too_long"), claimed(1, 2, parent="root"), pictured())
    assert isinstance(top, Split)
    assert isinstance(reply, Split)
    assert (top.second.kind, top.second.parent, top.second.state) == (Kind.PART, "d", State.PENDING)
    assert reply.second.parent == "root"
    assert top.second.id != top.first.id
    assert top.second.expires_at == top.first.expires_at


def test_split_made_twice_owes_the_same_part() -> None:
    first, second = (outcome_of(rejected("msg_too_long"), claimed(1, 2), pictured()) for _ in "12")
    assert first == second


def test_plain_text_that_is_too_long_still_is_given_up() -> None:
    assert isinstance(outcome_of(rejected("msg_too_long"), claimed(1), Message(text="x")), GiveUp)
