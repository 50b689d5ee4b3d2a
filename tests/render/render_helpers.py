"""Briefs to render, and a check of messages that shares nothing with `bot.render`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from slack_sdk.models.blocks import Block

from bot.content.files import parse_file
from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.message import Message
from bot.domain.query import Query
from bot.domain.result import HeatScale, Hit, SearchResult
from bot.preview.blockkit import check_message, text_length

DAY = datetime(2021, 2, 4, 18, 58, tzinfo=UTC)
SCALE = HeatScale(heats=tuple(range(1, 101)), hot=76, top=96)
OUR_LINK = re.compile(r"https?://[^\s|<>]+\|[^<>\n]+")
OUR_DATE = re.compile(
    r"!date\^\d+\^\{date_short_pretty\}( at \{time\})?\|[A-Z][a-z]{2} \d+, \d{1,4}( at \d\d:\d\d UTC)?"
)
OUR_MENTION = re.compile(r"@U[A-Z0-9]+")


def a_brief(**fields: Any) -> Brief:
    """A brief with everything usual; `fields` replace parts of it."""
    usual: dict[str, Any] = {
        "slug": "2021-02-04-canada",
        "title": "Canada tells Clearview AI to stop",
        "excerpt": "The regulators found a breach of the law.",
        "published_at": DAY,
        "web_url": "https://news.example/canada",
        "heat": 92,
        "provider": Provider(name="The Example", domain="news.example"),
        "topics": ("AI",),
    }
    return Brief(**{**usual, **fields})


def an_article(
    title: str = "A report", domain: str = "other.example", hours: int = 0, **fields: Any
) -> Article:
    """A related article of an outlet."""
    usual: dict[str, Any] = {
        "title": title,
        "web_url": f"https://{domain}/{title.encode().hex()[:40]}-{hours}",
        "published_at": DAY - timedelta(hours=hours),
        "provider": Provider(name=domain.partition(".")[0].title(), domain=domain),
    }
    return Article(**{**usual, **fields})


def many_related(number: int) -> tuple[Article, ...]:
    """Articles of as many outlets."""
    return tuple(
        an_article(
            f"Coverage {n} of the case", f"outlet{n}.example", web_url=f"https://outlet{n}.example/case"
        )
        for n in range(number)
    )


def a_result(*briefs: Brief, query: str = "clearview", **fields: Any) -> SearchResult:
    """Hits in the given order."""
    matched = tuple(fields.pop("matched", ()))
    hits = tuple(Hit(brief=brief, score=1.0, matched=matched) for brief in briefs)
    return SearchResult(query=Query(text=query), hits=hits, **fields)


def oddities() -> dict[str, Brief]:
    """Briefs that break careless messages."""
    photo = (Image(url="https://news.example/photo.png", width=800, height=400),)
    return {
        "title-of-10000-characters": a_brief(title="Clearview and the law " * 500, excerpt="word " * 2_000),
        "one-word-of-10000-characters": a_brief(title="x" * 10_000, excerpt="é" * 10_000),
        "control-sequences": a_brief(
            title="<!channel> <@U123> & <https://evil.example|click>",
            excerpt="<!here> &lt;!everyone&gt; &amp;amp; R&D",
            topics=("<!channel>", "A&B"),
            provider=Provider(name="<!here>|x", domain="news.example"),
            related=(an_article("<!subteam^S1> reports"),),
        ),
        "formatting-marks": a_brief(
            title="*bold* _italic_ ~struck~ `code` snake_case 2*3 :tada: 12:30",
            excerpt="> quoted at first\n*and* more",
            provider=Provider(name="*Star*", domain="star.example"),
        ),
        "right-to-left": a_brief(
            title="كندا تطلب من كليرفيو التوقف",
            excerpt="قالت الجهات التنظيمية إن الشركة خالفت القانون",
            provider=Provider(name="الجزيرة", domain="aljazeera.example"),
            topics=("ذكاء",),
            related=(an_article("كليرفيو: \u202eאבג", "hebrew.example"),),
        ),
        "emoji-and-cjk": a_brief(
            title="👩🏽‍🚀 visits 東京 🏴󠁧󠁢󠁥󠁮󠁧󠁿", excerpt="人工知能が東京で発表された。", topics=("人工知能",)
        ),
        "control-characters": a_brief(
            title="a\x00b\nc\td\u2028e\u202ef\u200bg", excerpt="\x1b[31mred\r\n\r\nmore"
        ),
        "nothing-but-a-title": Brief(slug="bare", title="A title", web_url="https://news.example/a"),
        "title-of-nothing-visible": a_brief(title="\u200b\u2060", excerpt="\u200b"),
        "video-with-image": a_brief(type="video", images=photo, excerpt="A cut sentence without"),
        "unusable-images": a_brief(
            images=(
                Image(url="https://x.example/a.webp"),
                Image(url="data:image/png;base64,aa"),
                Image(url="/rel.png"),
            )
        ),
        "bad-address": a_brief(web_url="javascript:alert(1)", original_url="https://news.example/a b|c<d>"),
        "very-long-address": a_brief(web_url="https://news.example/" + "a" * 1_500),
        "no-provider": a_brief(provider=Provider()),
        "179-related": a_brief(related=many_related(179)),
        "heat-minus-1": a_brief(heat=-1),
        "heat-3694": a_brief(heat=3694, related=many_related(1)),
        "heat-without-outlets": a_brief(heat=99),
        "long-everything": a_brief(
            title="&" * 4_000,
            excerpt="<" * 4_000,
            topics=tuple("&" * n for n in range(90, 99)),
            related=tuple(an_article(f"{n} " + "&<>" * 900, f"o{n}.example") for n in range(60)),
        ),
    }


def strings_of(value: object, kind: str = "mrkdwn") -> Iterator[str]:
    """The texts of all text objects of one kind."""
    if isinstance(value, dict):
        if value.get("type") == kind and isinstance(value.get("text"), str):
            yield value["text"]
        for part in value.values():
            yield from strings_of(part, kind)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from strings_of(part, kind)


def complaints(message: Message) -> list[str]:
    """What Slack, its SDK, the preview's own check or a reader would mind; by none of our own code."""
    blocks = json.loads(json.dumps(message.payload()))["blocks"]
    found = [f"{finding.pointer} {finding.message}" for finding in check_message(message.text, blocks)]
    if text_length(blocks) > 10_500:
        found.append(f"{text_length(blocks)} characters of text")
    if not 0 < len(message.text) < 4_001:
        found.append(f"text of {len(message.text)} characters")
    for block in blocks:
        parsed = Block.parse(block)
        if parsed is None:
            found.append(f"slack_sdk does not know {block['type']}")
        else:
            parsed.to_dict()  # raises where it breaks a limit
    for text in [message.text, *strings_of(blocks)]:
        found += [f"a control sequence that is not ours: <{inner}>" for inner in foreign_sequences(text)]
    found += [f"a mrkdwn object without verbatim: {text[:50]}" for text in _not_verbatim(blocks)]
    return found


def foreign_sequences(text: str) -> list[str]:
    """What stands between `<` and `>` and is none of our links, dates and mentions."""
    inner = re.findall(r"<([^<>]*)>", text)
    rest = re.sub(r"<[^<>]*>", "", text)
    ours = (OUR_LINK, OUR_DATE, OUR_MENTION)
    bad = [part for part in inner if not any(pattern.fullmatch(part) for pattern in ours)]
    return bad + re.findall(r"[<>]|&(?!amp;|lt;|gt;)", rest)


def _not_verbatim(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn" and value.get("verbatim") is not True:
            yield str(value.get("text"))
        for part in value.values():
            yield from _not_verbatim(part)
    elif isinstance(value, list):
        for part in value:
            yield from _not_verbatim(part)


def briefs_in(folder: Path) -> list[Brief]:
    """Every brief below a folder that parses, by path."""
    parsed = (parse_file(str(path)) for path in sorted(folder.rglob("*.md")))
    return [file.brief for file in parsed if file.brief]
