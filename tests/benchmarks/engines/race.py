"""One race: every engine built of the same briefs, asked the same queries, in rounds that take turns."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks.engines.catalog import HUNDRED_THOUSAND, OURS, Engine
from tests.benchmarks.engines.driving import Answers, Driven, EngineFailed, Memory
from tests.benchmarks.engines.material import Material
from tests.benchmarks.engines.running import disk_bytes

_OUR_LIMIT = 3600
"""Seconds of newsbrief's own build, which also makes its briefs: without it there is no race."""
FIRST_QUERY = "the first answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds an engine may take: to be built, for the first round, which is judged, for each timed one.

    An engine slower than that is asked every second, third… query; `timed` is how many are asked of all.
    """

    build: float = 240
    first: float = 60
    round: float = 10
    rounds: int = 3
    timed: int = 1000


@dataclass(slots=True)
class Entrant:
    """An engine's costs and answers as they come in; seconds, bytes and MB."""

    engine: Engine
    build: float = 0.0
    disk: int = 0
    first: float = 0.0
    memory: Memory = field(default_factory=lambda: Memory(0, 0, 0))
    slugs: dict[str, list[str]] = field(default_factory=dict)
    rounds: list[list[float]] = field(default_factory=list)
    complete: bool = True
    changed: float = 0.0

    @property
    def p50(self) -> float:
        """Median over rounds of the median answer, in ms."""
        return median(median(times) for times in self.rounds)

    @property
    def p99(self) -> float:
        """Median over rounds of the 99th of 100 answers, in ms."""
        return median(quantiles(times, n=100)[98] if len(times) > 1 else times[0] for times in self.rounds)


@dataclass(slots=True)
class Race:
    """Runs it; `left_out` are the engines that could not take part, with the reason."""

    material: Material
    engines: Sequence[Engine]
    packages: Path
    folder: Path
    limits: Limits
    left_out: dict[str, str] = field(default_factory=dict)

    def build(self) -> list[Entrant]:
        """Build all, one after the other; where it takes long, newsbrief beside the others."""
        entrants = [Entrant(engine) for engine in self.engines]
        lanes = [entrants]
        if self.material.count > HUNDRED_THOUSAND:
            lanes = [
                [one for one in entrants if (one.engine is OURS) == is_ours] for is_ours in (True, False)
            ]
        with ThreadPoolExecutor(len(lanes)) as pool:
            built = pool.map(lambda lane: [one for one in lane if self._built(one)], lanes)
            return [one for lane in built for one in lane]

    def run(self, entrants: Sequence[Entrant], texts: Sequence[str]) -> list[Entrant]:
        """Ask all that were built once to warm up, then in rounds."""
        with ExitStack() as closing:
            running = {
                one.engine.name: driven for one in entrants if (driven := self._opened(one, texts, closing))
            }
            racing = [one for one in entrants if one.engine.name in running]
            for _ in range(self.limits.rounds):
                for one in racing:
                    self._round(one, running)
        racing = [one for one in racing if one.rounds]
        for one in racing:
            if one.engine is OURS:
                one.memory = self._with_heap(one, texts)
                one.changed = self._changed(one.engine)
        return racing

    def _folder(self, engine: Engine) -> Path:
        return self.folder / engine.module

    def _built(self, one: Entrant) -> bool:
        try:
            self._check_size(one.engine)
            with Driven(one.engine, self.packages) as driven:
                folder = self._folder(one.engine)
                limit = _OUR_LIMIT if one.engine is OURS else self.limits.build
                one.build = driven.ready().build(folder, self.material, limit)
        except EngineFailed as error:
            self.left_out[one.engine.name] = str(error)
            shutil.rmtree(self._folder(one.engine), ignore_errors=True)
            return False
        one.disk = disk_bytes(self._folder(one.engine))
        return True

    def _check_size(self, engine: Engine) -> None:
        if self.material.count > engine.most:
            raise EngineFailed(f"too slow beyond {engine.most:,} briefs")

    def _opened(self, one: Entrant, texts: Sequence[str], closing: ExitStack) -> Driven | None:
        """Opened and warmed up; what it answers then is what is judged."""
        driven = closing.enter_context(Driven(one.engine, self.packages))
        try:
            one.first = driven.ready().open(self._folder(one.engine), self.material, FIRST_QUERY)
            asked = self._thinned(one, texts)
            answers = driven.ask(asked, self.limits.first)
            one.memory = driven.memory()
        except EngineFailed as error:
            self.left_out[one.engine.name] = str(error)
            return None
        one.complete = len(answers.times) == len(asked)
        one.slugs = dict(zip(asked, answers.slugs, strict=False))
        return driven

    def _thinned(self, one: Entrant, texts: Sequence[str]) -> Sequence[str]:
        few = one.engine.few if self.material.count else 0
        return _every(texts, few) if few else texts

    def _round(self, one: Entrant, running: Mapping[str, Driven]) -> None:
        known = list(one.slugs)
        asked = _every(known, min(self.limits.timed, self._fitting(one)))
        try:
            answers: Answers = running[one.engine.name].ask(asked, 2 * self.limits.round)
        except EngineFailed as error:
            self.left_out.setdefault(one.engine.name, str(error))
            return
        one.rounds.append(answers.times)

    def _fitting(self, one: Entrant) -> int:
        """How many queries fit into a round, as the last one says, or the warm-up."""
        if not one.rounds:
            return len(one.slugs) if one.complete else max(30, len(one.slugs) // 2)
        last = one.rounds[-1]
        return max(30, int(self.limits.round * 1000 / max(sum(last) / len(last), 1e-6)))

    def _with_heap(self, one: Entrant, texts: Sequence[str]) -> Memory:
        """The interpreter's heap, from a run of its own: tracing is slow."""
        try:
            with Driven(one.engine, self.packages, traced=True) as driven:
                driven.ready().open(self._folder(one.engine), self.material, FIRST_QUERY)
                driven.ask(_every(texts, 100), 3 * self.limits.round)
                traced = driven.memory()
        except EngineFailed:
            return one.memory
        return Memory(one.memory.own, one.memory.mapped, traced.python)

    def _changed(self, engine: Engine) -> float:
        """Seconds until one changed brief is found; last, as it changes what was built."""
        try:
            with Driven(engine, self.packages) as driven:
                return driven.ready().change(self._folder(engine), self.material)
        except EngineFailed:
            return 0.0


def _every(texts: Sequence[str], most: int) -> Sequence[str]:
    """At most so many, evenly."""
    return texts[:: -(-len(texts) // most)] if len(texts) > most else texts
