"""Sample briefs, full ones and bare ones, from which every sample message is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.directory import EMPTY_DIRECTORY
from bot.domain.result import HeatScale
from bot.render.views import Views

DAY = datetime(2021, 2, 4, 18, 58, tzinfo=UTC)
SCALE = HeatScale(heats=tuple(range(10, 110, 10)), hot=80, top=100)
_LOGO = (Image(url="https://news.example/logo.png", width=48, height=48),)
_OUTLET = Provider(name="The Example", domain="news.example", images=_LOGO)


def _related(number: int) -> Article:
    return Article(
        title=f"Report {number} on “quotes” & <signs>",
        web_url=f"https://outlet{number}.example/report",
        published_at=DAY - timedelta(hours=number),
        provider=Provider(name=f"Outlet {number}", domain=f"outlet{number}.example"),
    )


FULL = Brief(
    slug="2021-02-04-full",
    title='A "full" brief with \\ and {{ braces }}',
    excerpt="It has everything a brief can have",
    published_at=DAY,
    web_url="https://news.example/full",
    type="video",
    quality=80,
    heat=200,
    provider=_OUTLET,
    topics=("AI", "Privacy"),
    images=(Image(url="https://news.example/photo.jpg", width=800, height=400),),
    related=tuple(_related(number) for number in range(6)),
)
BARE = Brief(slug="bare", title="A bare brief", web_url="https://news.example/bare")
ALONE = Brief(slug="alone", title="Alone", web_url="https://news.example/alone", heat=200, published_at=DAY)
LONG = replace(FULL, related=tuple(_related(number) for number in range(60)))
VIEWS = Views(lambda: EMPTY_DIRECTORY, "https://assets.example")
