"""Sample values for the messages of digests, alerts and reasons; see `samples`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.answers import (
    Alert,
    AlertOffer,
    AlertPage,
    Bundle,
    DigestPage,
    Done,
    Edition,
    Funnel,
    HeldDelivery,
    OwedStatus,
    Piece,
    Proposal,
    Stage,
    TopicShare,
    Verdict,
    ZoneSource,
)
from bot.domain.delivery import Mark
from bot.domain.message import Action
from bot.domain.subscription import (
    AlertRule,
    Destination,
    Digest,
    Mute,
    MuteKind,
    Run,
    RunOutcome,
    Schedule,
)
from bot.render import alerts, editions, owed_pages
from bot.render.sample_briefs import ALONE, BARE, DAY, FULL, SCALE, VIEWS

_LEAD = Piece(brief=FULL, mark=Mark.NEW, outlets=6)
_OTHER = Piece(brief=ALONE, mark=Mark.RISING)
_LAST = Piece(brief=BARE)
_PLACE = Destination(team="T0SAMPLE", channel="C0SAMPLE")
_SCHEDULE = Schedule(zone="Europe/Berlin")
_EDITION = Edition(
    at=DAY,
    zone="Europe/Berlin",
    full=(_LEAD, _OTHER),
    also=(_LAST,),
    thread=(_LAST, _OTHER),
    more=3,
    late=True,
    rule="every day at 09:00, Europe/Berlin: topic AI",
    digest="d1",
)
_BARE_EDITION = Edition(at=DAY, zone="UTC", full=(_LAST,))
_DIGEST = Digest(
    id="d1", to=_PLACE, number=1, schedule=_SCHEDULE, filters="topic:AI", created_at=DAY, next_at=DAY
)
_RUNS = tuple(
    Run(digest="d1", due_at=DAY - timedelta(days=days), ran_at=DAY - timedelta(days=days), outcome=outcome)
    for days, outcome in enumerate(RunOutcome)
)
_PAGE = DigestPage(
    digest=_DIGEST,
    done=Done.ADDED,
    schedule="every day at 09:00, Europe/Berlin",
    understood="topic AI",
    typed="daily 09:00 Europe/Berlin topic:AI",
    zone_source=ZoneSource.PERSON,
    runs=_RUNS,
)
_PAUSED = replace(
    _PAGE,
    digest=replace(_DIGEST, id="d2", number=2, next_at=None, says_nothing_new=True),
    done=Done.SHOWN,
    understood="",
    zone_source=None,
    paused="Paused: I am not in this channel any more.",
    problem="The last digest could not be posted. Invite me, then press Resume.",
    runs=(),
)
_RULE = AlertRule(id="r1", to=Destination(team="T0SAMPLE", user="U0SAMPLE"), created_at=DAY, changed_at=DAY)
_ALERTS = AlertPage(
    rule=_RULE,
    done=Done.CHANGED,
    understood="heat over 100",
    limits="at most 3 a day, 10 minutes between two",
    typed="heat:>100",
    zone_source=ZoneSource.DEFAULT,
    paused="Paused by you.",
    problem="The last alert could not be sent.",
    would=(_LEAD, _OTHER),
    would_count=12,
    until=DAY,
    held=(_OTHER,),
    held_until=DAY,
    held_reason="quiet hours",
    expired=2,
    mutes=(
        Mute(kind=MuteKind.TOPIC, key="ai", label="AI", at=DAY),
        Mute(kind=MuteKind.STORY, key="7", label="A story", at=DAY),
    ),
    before="heat:>90",
)
_ALERT = Alert(
    piece=_LEAD,
    brief_id=7,
    line=100,
    topics=(TopicShare(name="AI", share=0.12), TopicShare(name="Privacy", share=0.001)),
    old_heat=142,
    old_outlets=1,
)
_BARE_ALERT = Alert(piece=_LAST, brief_id=8)
_OFFER = AlertOffer(
    proposals=(
        Proposal(name="Everything", typed="", count=40),
        Proposal(name="Hot", typed="heat:hot", count=12),
        Proposal(name="Only the biggest", typed="heat:top", count=0),
    ),
    understood="topic AI",
    until=DAY,
    is_quiet=True,
)
_VERDICT = Verdict(
    title="A brief",
    slug="2021-02-04-full",
    destination="this channel",
    reason="filtered",
    words="Its filters leave this brief out.",
    at=DAY,
    stages=(
        Stage(name="Visible", passed=True, words="since", at=DAY),
        Stage(name="Filters", passed=False, words="topic AI is not its topic"),
        Stage(name="Sent", passed=None, words="nothing so far"),
    ),
)
_FUNNEL = Funnel(
    subscription="Digest 1",
    since=DAY,
    seen=14,
    sent=0,
    steps=(("sent before", 9), ("too old", 3), ("filtered", 2)),
    words="Nothing was new at 09:00.",
)
HELD = OwedStatus(
    sentences=("Next digest here at 09:00.",),
    held=tuple(
        HeldDelivery(id=f"d{n}", words="A digest that may have been posted.", at=DAY) for n in range(7)
    ),
)
"""What is owed, for the sample of the status."""


def _editions(edition: Edition) -> dict[str, Any]:
    return {"edition": next(editions.edition_pages(edition, SCALE, VIEWS))}


def _bundle(bundle: Bundle) -> dict[str, Any]:
    return {"bundle": next(alerts.bundle_pages(bundle, SCALE, VIEWS))}


def _alerts(page: AlertPage) -> dict[str, Any]:
    return {"alerts": owed_pages.alert_settings(page, SCALE, VIEWS)}


def _thread(edition: Edition) -> dict[str, Any]:
    return next(editions.thread_pages(editions.thread_notes(edition, VIEWS)))


OWED_SAMPLES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "digest": (
        _editions(_EDITION),
        _editions(replace(_EDITION, is_preview=True, full=(_OTHER, _LAST))),
        _editions(_BARE_EDITION),
        _editions(Edition(at=DAY, zone="UTC", also=(_LAST,), more=1)),
        _editions(Edition(at=DAY, zone="UTC")),
    ),
    "digest_thread": (_thread(_EDITION), {**_thread(_EDITION), "more": 2}),
    "alert": (
        alerts.alert_page(_ALERT, SCALE, VIEWS),
        alerts.alert_page(_BARE_ALERT, SCALE, VIEWS),
    ),
    "escalation": (
        alerts.escalation_page(_ALERT, SCALE, VIEWS),
        alerts.escalation_page(_BARE_ALERT, SCALE, VIEWS),
    ),
    "bundle": (
        _bundle(Bundle(pieces=(_LEAD, _OTHER, *(_LAST,) * 8), reason="quiet hours", more=2)),
        _bundle(Bundle(pieces=(_LAST,), reason="")),
    ),
    "digests": (
        owed_pages.digest_rows((_PAGE,)),
        owed_pages.digest_rows((_PAGE, _PAUSED) * 5),
        owed_pages.digest_rows((replace(_PAGE, done=Done.REMOVED),)),
        owed_pages.digest_rows(()),
    ),
    "which_digest": (
        owed_pages.which_page((_PAGE, _PAUSED), Action.DIGEST_OFF, "Which one shall go?"),
        owed_pages.which_page((_PAGE,) * 21, Action.DIGEST_OFF, "Which one shall go?"),
    ),
    "alerts": (
        _alerts(_ALERTS),
        _alerts(AlertPage(rule=_RULE)),
        _alerts(AlertPage(rule=None)),
        _alerts(AlertPage(rule=None, done=Done.REMOVED, before="heat:>90")),
    ),
    "offer": (
        owed_pages.offer_page(_OFFER),
        owed_pages.offer_page(AlertOffer(proposals=())),
    ),
    "verdict": (
        owed_pages.verdict_page(_VERDICT),
        owed_pages.verdict_page(replace(_VERDICT, slug="", at=None, stages=(), destination="")),
    ),
    "funnel": (
        {"funnels": [owed_pages.funnel_page(_FUNNEL), owed_pages.funnel_page(replace(_FUNNEL, steps=()))]},
        {"funnels": []},
    ),
    "gone": (
        owed_pages.gone_page(replace(BARE, removed=True), None),
        owed_pages.gone_page(None, None),
        owed_pages.gone_page(None, FULL),
    ),
}
"""For each of these messages the values of several samples."""
