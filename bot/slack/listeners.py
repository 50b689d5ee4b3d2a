"""How the surface is put together: each listener with what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack.answers import Answers, OwnNotes
from bot.slack.app import Listeners
from bot.slack.asking import Asking
from bot.slack.desk import Desk
from bot.slack.dialogs import Dialogs, Screen
from bot.slack.events import Events
from bot.slack.interactions import NONE_MORE, Interactions
from bot.slack.outlet import Outlet
from bot.slack.owed_answers import OwedAnswers
from bot.slack.owed_buttons import OwedButtons
from bot.slack.services import Services
from bot.slack.tokens import Tokens
from bot.slack.transport import Transport
from bot.slack.visitors import Visitors
from bot.slack.work import Work
from bot.slack.zones import Zones
from bot.telemetry import Hook


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How Slack is spoken to."""

    transport: Transport
    outlet: Outlet
    tokens: Tokens
    zones: Zones


def make_listeners(services: Services, ways: Ways, work: Work, *, notes: OwnNotes, hook: Hook) -> Listeners:
    """Everything that the app listens with; `notes` are the surface's own sentences for `status`."""
    desk, owing = Desk(services.renderer, ways.outlet, hook), services.owing
    visitors = Visitors(services.settings, ways.zones)
    owed = None if owing is None else OwedAnswers(services, owing, visitors)
    answers = Answers(services, notes, owed.status if owed is not None else None)
    dialogs, buttons = None, None
    if owing is not None:
        screen = Screen(ways.transport, ways.outlet, ways.tokens)
        dialogs = Dialogs(services, owing, visitors=visitors, desk=desk, screen=screen)
        buttons = OwedButtons(services, owing, visitors=visitors, answers=answers, dialogs=dialogs)
    asking = Asking(answers, desk, ways.zones, owed)
    presses = buttons.presses() if buttons is not None else NONE_MORE
    return Listeners(
        asking=asking,
        interactions=Interactions(services.renderer, answers, desk, ways.outlet, ways.zones, presses),
        events=Events(asking, ways.outlet, ways.tokens, services.installations),
        work=work,
        dialogs=dialogs,
    )
