"""The tables, in Markdown, narrow enough for a README."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tests.benchmarks.engines.asking import Questions
from tests.benchmarks.engines.catalog import OURS
from tests.benchmarks.engines.material import Written
from tests.benchmarks.engines.race import Entrant
from tests.benchmarks.quality.scoring import Scores, contradictions, score


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table whose columns stand under each other; the first to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, [":" if width < 2 else "-" * (width - 1) + ":" for width in widths], *rows):
        cells = [row[0].ljust(widths[0]) if row[0][-1:] != ":" else "-" * widths[0]]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield f"| {' | '.join(cells)} |"


def times(entrants: Sequence[Entrant]) -> Iterator[str]:
    """Milliseconds of an answer, beside newsbrief's."""
    ours = next((one for one in entrants if one.engine is OURS), None)
    rows = []
    for one in entrants:
        ratios = ["", ""] if ours is None else [f"{one.p50 / ours.p50:.2f}", f"{one.p99 / ours.p99:.2f}"]
        asked = min(len(times) for times in one.rounds)
        rows.append([one.engine.name, f"{one.p50:.2f}", f"{one.p99:.2f}", *ratios, f"{asked:,}"])
    yield from table(("engine", "p50 ms", "p99 ms", "p50 ÷ ours", "p99 ÷ ours", "queries"), rows)


def costs(entrants: Sequence[Entrant], written: Written) -> Iterator[str]:
    """What an engine takes besides."""
    rows = [
        [
            one.engine.name,
            "–" if one.engine.server else f"{one.memory.own:.1f}",
            "–" if one.engine.server else f"{one.memory.mapped:.1f}",
            f"{one.disk / 1e6:,.1f}",
            f"{one.disk / written.front_matter:.2f}",
            f"{one.build:.1f}",
            f"{one.first:.3f}",
        ]
        for one in entrants
    ]
    yield from table(
        ("engine", "memory MB", "mapped MB", "disk MB", "disk ÷ text", "build s", "first answer s"), rows
    )
    for one in entrants:
        if one.engine is OURS:
            yield ""
            yield from _own_costs(one, written)


def _own_costs(ours: Entrant, written: Written) -> Iterator[str]:
    heap = ours.memory.python
    share = heap / written.briefs * 100_000
    yield f"newsbrief's Python heap (a run of its own): {heap:.1f} MB, {share:.1f} MB per 100,000 briefs"
    yield f"newsbrief's one changed brief: written and found in {ours.changed:.3f} s"


def quality(entrants: Sequence[Entrant], questions: Questions) -> Iterator[str]:
    """One table for each set of queries, and where another engine is first, kind by kind."""
    for name, asked in questions.sets.items():
        scores = {
            one.engine.name: score([each for each in asked if each.query in one.slugs], one.slugs)
            for one in entrants
        }
        counted = sum(not each.latency_only for each in asked)
        yield f"{name}: {counted:,} queries of {len(next(iter(scores.values())).kinds)} kinds"
        yield ""
        rows = [[label, *_numbers(found)] for label, found in scores.items()]
        head = ["engine", "queries", "MRR@10", "worst", "S@1", "R@5", "false hits"]
        if questions.briefs:
            head.append("contradicted")
            for row, one in zip(rows, entrants, strict=True):
                row.append(f"{contradictions(asked, one.slugs, questions.briefs).share:.3f}")
        yield from table(head, rows)
        yield ""
        yield from _by_kind(scores)
        yield ""


def _numbers(found: Scores) -> list[str]:
    numbers = (found.mrr, found.worst, found.success, found.recall, found.false_hits)
    return [
        f"{sum(kind.queries for kind in found.kinds.values()):,}",
        *(f"{number:.3f}" for number in numbers),
    ]


def _by_kind(scores: Mapping[str, Scores]) -> Iterator[str]:
    """MRR@10 (or false hits) of each kind beside the best other engine that was asked as many queries."""
    ours = scores.get(OURS.name)
    if ours is None or len(scores) < 2:
        return
    rows = []
    for kind, found in ours.kinds.items():
        theirs = {
            name: other.kinds[kind]
            for name, other in scores.items()
            if name != OURS.name and kind in other.kinds and other.kinds[kind].queries == found.queries
        }
        if found.false_hits is not None:
            rows.append([f"{kind} (false hits)", str(found.queries), f"{found.false_hits:.3f}", "", ""])
        elif theirs:
            best = max(theirs, key=lambda name: theirs[name].mrr)
            numbers = (f"{found.mrr:.3f}", f"{theirs[best].mrr:.3f}")
            rows.append([kind, str(found.queries), *numbers, best])
    yield from table(("kind", "queries", "newsbrief", "best other", "which"), rows)
