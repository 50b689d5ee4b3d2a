"""One run of the proof: people subscribe, hot briefs appear, the bot is disturbed; then all has to settle."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random

from tests.chaos.faults import QUIET, Faults
from tests.chaos.folder import Folder
from tests.chaos.judging import LOOKS, POST, Debt
from tests.chaos.log import Event, LogReader
from tests.chaos.people import Crowd, Person
from tests.chaos.processes import Bot, migrate, running_sink, set_faults

COLD_BRIEFS = 24
"""More than a digest shows in full and under "Also notable" (3 and 10), so that each has a reply."""
TURN_SECONDS = 0.1
EVERY_NOW_AND_THEN = 1.5
"""The longest wait for something to be under way before a disturbance."""


class Disturbance(StrEnum):
    """What is done to a running bot."""

    KILL = "kill"
    FREEZE = "freeze"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The bot's settings in seconds: short, so that a run is."""

    lease: float = 6.0
    http: float = 2.0
    settle: float = 1.5
    pace: float = 1.1

    @property
    def bound(self) -> float:
        """Within this time of the last fault everything due is settled, beside the pacing of a channel."""
        return self.lease + self.http + self.settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to happen.

    `rule` is what people type behind `alerts`. `channels` of the people want a digest instead: by the clock
    with `due_digests`, else with `digest now`. `at_once` hot briefs appear at one moment; with 0 they come in
    waves, at most `most_briefs`. `activity`: how many messages arrive between two disturbances of a bot.
    `patience`: the end has come when nothing moved for so many seconds; None where it depends on what is
    missing.
    """

    seed: int
    people: int
    channels: int = 0
    replicas: int = 1
    kills: int = 0
    freezes: int = 0
    stops: int = 0
    faults: Faults = QUIET
    rule: str = "on heat:>100 gap:0 max:999"
    due_digests: bool = False
    at_once: int = 0
    most_briefs: int = 60
    policy: str = ""
    timing: Timing = Timing()
    activity: tuple[int, int] = (1, 60)
    patience: float | None = None


@dataclass(slots=True)
class Happened:
    """What was done, and what is owed for it. `settled` is how long the end took."""

    debt: Debt = field(default_factory=Debt)
    events: list[Event] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    briefs: list[str] = field(default_factory=list)
    done: dict[Disturbance, int] = field(default_factory=dict)
    fell: int = 0
    impolite: int = 0
    settled: float = 0.0
    seconds: float = 0.0


class Stage:
    """The folder, the sink, the bots and the crowd, all there."""

    def __init__(
        self, plan: Plan, *, folder: Folder, bots: Sequence[Bot], crowd: Crowd, log: LogReader, api_url: str
    ) -> None:
        self.plan = plan
        self.folder = folder
        self.bots = bots
        self.crowd = crowd
        self.log = log
        self.api_url = api_url
        self.happened = Happened()
        self._arrived: set[tuple[str, str]] = set()
        self._due = 0.0
        people = [Person(number=number) for number in range(plan.people)]
        self.readers, self.keepers = people[plan.channels :], people[: plan.channels]

    def progress(self) -> list[Event]:
        """Read the log on; the new messages."""
        new = [event for event in self.log.read() if event.is_message]
        self._arrived.update((event.channel, url) for event in new for url in event.urls)
        return new

    def debt(self) -> Debt:
        """What is owed by now."""
        hot = self.folder.hot
        return Debt(
            alerts=frozenset((reader.direct, url) for reader in self.readers for url in hot),
            digests=frozenset(keeper.channel for keeper in self.keepers),
            briefs=frozenset([*hot, *self.folder.cold]),
        )

    def waiting(self) -> int:
        """How many alerts have not arrived."""
        return len(self.debt().alerts - self._arrived)

    async def subscribe(self) -> None:
        """Every person types one command or two, and has an answer."""
        bot = self.bots[0].address
        rules = [(reader, f"alerts {self.plan.rule}") for reader in self.readers]
        answers = await self.crowd.say(bot, rules)
        due = datetime.now(UTC) + timedelta(seconds=75 if self.plan.due_digests else 5 * 3600)
        due = due.replace(second=0)
        digests = [(keeper, f"digest daily {due:%H:%M} UTC count:3") for keeper in self.keepers]
        answers |= await self.crowd.say(bot, digests)
        if not self.plan.due_digests:
            await self.crowd.say(bot, [(keeper, "digest now") for keeper in self.keepers])
        self._due = due.timestamp() if self.plan.due_digests and self.keepers else 0.0
        self.happened.answers = answers

    async def make_waves(self, is_over: Callable[[], bool]) -> None:
        """Hot briefs, a few at a time, as long as there is too little under way, until it is over."""
        random = Random(f"{self.plan.seed}:waves")
        while not is_over() and len(self.folder.hot) < self.plan.most_briefs:
            self.progress()
            if self.waiting() < len(self.readers):
                self.folder.add_hot(random.randint(1, 3))
            await asyncio.sleep(2 * TURN_SECONDS)

    async def disturb(self) -> None:
        """All bots at once, each with its share of what is planned, and at least until digests are due."""
        plan = self.plan
        shares = shares_of(plan)
        pairs = zip(self.bots, shares, strict=True)
        await asyncio.gather(*(self._disturb_one(bot, share) for bot, share in pairs))
        for kind in Disturbance:
            self.happened.done[kind] = sum(share.count(kind) for share in shares)

    async def _disturb_one(self, bot: Bot, kinds: Sequence[Disturbance]) -> None:
        random = Random(f"{self.plan.seed}:{self.bots.index(bot)}")
        for place, kind in enumerate(kinds):
            if place == len(kinds) // 2:  # the other half is for the digests and what follows them
                await asyncio.sleep(max(0.0, self._due - time.time()))
            await self._until_busy(random.randint(*self.plan.activity))
            await self._disturbed(bot, kind, random)

    async def _disturbed(self, bot: Bot, kind: Disturbance, random: Random) -> None:
        match kind:
            case Disturbance.KILL:
                await bot.kill()
            case Disturbance.STOP:
                self.happened.impolite += await bot.stop() != 0
            case Disturbance.FREEZE:
                await bot.freeze(self.plan.timing.lease + random.uniform(0.3, 1.5))
                return
        await bot.start()
        if random.random() < 0.9:  # else the next disturbance meets it while it starts
            await bot.wait_ready()

    async def _until_busy(self, messages: int) -> None:
        """Until so many messages arrived meanwhile: then more are under way. Not for ever."""
        before, until = len(self._arrived), time.time() + EVERY_NOW_AND_THEN
        while len(self._arrived) - before < messages and time.time() < until:
            self.progress()
            await asyncio.sleep(TURN_SECONDS / 5)

    async def settle(self) -> None:
        """Faults off, every bot up; wait until all has arrived and nothing moves any more."""
        for bot in self.bots:
            await bot.wait_ready()
        history = self.plan.faults.history
        await set_faults(self.api_url, Faults(history=history))
        began, timing = time.time(), self.plan.timing
        pacing = timing.pace * (1 + len(self.folder.hot))
        until = began + 2 * timing.bound + pacing + 20
        while time.time() < until and not self._is_still(began):
            self.progress()
            await asyncio.sleep(3 * TURN_SECONDS)
        self.progress()
        moved = [event.done_at for event in self.log.events if event.method in (POST, *LOOKS)]
        self.happened.settled = max(0.0, max(moved, default=began) - began)

    def _is_still(self, began: float) -> bool:
        """Nothing was posted or looked for during a lease; twice as long where something is missing."""
        moved = max(
            (event.done_at for event in self.log.events if event.method in (POST, *LOOKS)), default=began
        )
        patience, timing = self.plan.patience, self.plan.timing
        if patience is None:
            patience = 2 * timing.bound if self._missing() else timing.lease + 1
        return time.time() - max(moved, began, self._due) > patience

    def _missing(self) -> bool:
        replied = {event.channel for event in self.log.events if event.is_message and event.thread}
        return bool(self.waiting() or {keeper.channel for keeper in self.keepers} - replied)

    def close(self) -> Happened:
        """The end: what happened."""
        happened = self.happened
        happened.debt = self.debt()
        happened.briefs = self.folder.hot
        happened.events = self.log.events
        happened.fell = sum(bot.fell for bot in self.bots)
        return happened


def shares_of(plan: Plan) -> list[list[Disturbance]]:
    """What each replica has to bear, in order.

    Of several only the first is frozen: the others have to take over what it holds before it goes on.
    """
    kinds = [Disturbance.KILL] * plan.kills + [Disturbance.STOP] * plan.stops
    shares = [kinds[place :: plan.replicas] for place in range(plan.replicas)]
    shares[0] += [Disturbance.FREEZE] * plan.freezes
    random = Random(f"{plan.seed}:order")
    for share in shares:
        random.shuffle(share)
    return shares


def settings_of(plan: Plan, *, folder: Path, database: str, api_url: str) -> dict[str, str]:
    """The bot's environment."""
    timing = plan.timing
    settings = {
        "SLACK_API_URL": api_url,
        "SLACK_BOT_TOKEN": "xoxb-chaos",
        "NEWSBRIEF_BRIEFS": str(folder),
        "NEWSBRIEF_DATABASE_URL": database,
        "NEWSBRIEF_LEASE_SECONDS": str(timing.lease),
        "NEWSBRIEF_HTTP_SECONDS": str(timing.http),
        "NEWSBRIEF_SETTLE_SECONDS": str(timing.settle),
    }
    return settings | ({"NEWSBRIEF_UNREADABLE_HISTORY": plan.policy} if plan.policy else {})


@asynccontextmanager
async def staged(plan: Plan, place: Path, database: str) -> AsyncIterator[Stage]:
    """Everything started in `place`, the bots ready; all processes end with the block."""
    folder, log = Folder(place / "briefs", plan.seed), place / "sink.log"
    folder.add_cold(COLD_BRIEFS)
    async with AsyncExitStack() as stack:
        sink = running_sink(log, faults=QUIET, seed=plan.seed, zone=calm_zone(datetime.now(UTC)))
        api_url = await stack.enter_async_context(sink)
        settings = settings_of(plan, folder=folder.path, database=database, api_url=api_url)
        if plan.replicas > 1:
            await migrate(settings)
        bots = [Bot(settings, place / f"bot-{number}.log", place) for number in range(plan.replicas)]
        for bot in bots:
            stack.push_async_callback(bot.end)
            await bot.start()
        for bot in bots:
            await bot.wait_ready()
        reader = LogReader(log)
        yield Stage(plan, folder=folder, bots=bots, crowd=Crowd(api_url, reader), log=reader, api_url=api_url)


async def run(plan: Plan, place: Path, database: str) -> Happened:
    """The whole run."""
    began = time.time()
    async with staged(plan, place, database) as stage:
        await stage.subscribe()
        await set_faults(stage.api_url, plan.faults)
        if plan.at_once:
            stage.folder.add_hot(plan.at_once)
        disturbing = asyncio.create_task(stage.disturb())
        try:
            if not plan.at_once:
                await stage.make_waves(disturbing.done)
            await disturbing
        finally:
            disturbing.cancel()
        await stage.settle()
        happened = stage.close()
    happened.seconds = time.time() - began
    return happened


def calm_zone(now: datetime) -> str:
    """A zone in which no midnight comes near: `max` counts messages by local days."""
    return "UTC" if 1 <= now.hour < 22 else "Etc/GMT-12"


def plain(counts: Mapping[Disturbance, int]) -> str:
    """`40 kill, 5 stop`."""
    return ", ".join(f"{number} {kind}" for kind, number in counts.items() if number) or "-"
