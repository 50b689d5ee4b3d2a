"""Ten hot briefs at once and a bot that is killed meanwhile: limits are kept to the message."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import alerts
from tests.chaos.campaign import run
from tests.chaos.small import TIMING, words


@pytest.mark.parametrize("form", [alerts.max_form(), alerts.gap_form(3)], ids=lambda form: form.name)
async def test_everybody_gets_exactly_what_the_limit_lets_through(form: alerts.Form, tmp_path: Path) -> None:
    plan = alerts.plan_for(form, people=30, kills=5, seed=14, timing=TIMING)
    happened = await run(plan, tmp_path, f"sqlite:///{tmp_path}/newsbrief.db")
    wrong = alerts.complaints(form, plan, happened)
    assert not wrong, f"{form.means}\n" + "\n".join([*wrong, words(tmp_path)])
