"""The format's keys: what each one holds, where it goes in a Brief, and which one a misspelt key meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from rapidfuzz.distance import OSA, JaroWinkler


class Kind(Enum):
    """What a field holds; `SECURED` is whatever it is, and never looked into."""

    TEXT = auto()
    DATE = auto()
    ADDRESS = auto()
    IMAGE_ADDRESS = auto()
    NUMBER = auto()
    FLAG = auto()
    PROVIDER = auto()
    TOPICS = auto()
    IMAGES = auto()
    RELATED = auto()
    SECURED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """A key's kind and the attribute of the frozen value that takes it."""

    attribute: str
    kind: Kind


def _rules(**kinds: tuple[str, Kind]) -> Mapping[str, FieldRule]:
    return {key: FieldRule(attribute=attribute, kind=kind) for key, (attribute, kind) in kinds.items()}


ARTICLE_FIELDS = _rules(
    category=("category", Kind.TEXT),
    title=("title", Kind.TEXT),
    excerpt=("excerpt", Kind.TEXT),
    publishedDateTime=("published_at", Kind.DATE),
    updatedDateTime=("updated_at", Kind.DATE),
    originalUrl=("original_url", Kind.ADDRESS),
    webUrl=("web_url", Kind.ADDRESS),
    ampWebUrl=("amp_web_url", Kind.ADDRESS),
    cdnAmpWebUrl=("cdn_amp_web_url", Kind.ADDRESS),
    type=("type", Kind.TEXT),
    quality=("quality", Kind.NUMBER),
    heat=("heat", Kind.NUMBER),
    published=("published", Kind.FLAG),
    removed=("removed", Kind.FLAG),
    deleted=("deleted", Kind.FLAG),
    featuredContent=("featured_content", Kind.TEXT),
    locale=("locale", Kind.TEXT),
    provider=("provider", Kind.PROVIDER),
    topics=("topics", Kind.TOPICS),
    images=("images", Kind.IMAGES),
    related=("related", Kind.RELATED),
    secured=("", Kind.SECURED),
)

PROVIDER_FIELDS = _rules(
    name=("name", Kind.TEXT),
    domain=("domain", Kind.TEXT),
    images=("images", Kind.IMAGES),
)

IMAGE_FIELDS = _rules(
    url=("url", Kind.IMAGE_ADDRESS),
    width=("width", Kind.NUMBER),
    height=("height", Kind.NUMBER),
    title=("title", Kind.TEXT),
    isCached=("is_cached", Kind.FLAG),
)

PROVIDER_FILE_FIELDS = _rules(
    taxonomy=("taxonomy", Kind.TEXT),
    _id=("id", Kind.TEXT),
    name=("name", Kind.TEXT),
    domain=("domain", Kind.TEXT),
    otherNames=("other_names", Kind.TOPICS),
    images=("images", Kind.IMAGES),
)
"""A file of the providers folder; its other keys are passed over."""

TOPIC_FILE_FIELDS = _rules(
    taxonomy=("taxonomy", Kind.TEXT),
    name=("name", Kind.TEXT),
    parent=("parent", Kind.TEXT),
    shortname=("short_name", Kind.TEXT),
    keywords=("keywords", Kind.TOPICS),
)
"""A file of the topics folder; its other keys are passed over."""

LINK_KEYS = ("webUrl", "originalUrl", "ampWebUrl")
"""One of these a reader can be sent to; `cdnAmpWebUrl` is a copy in a cache, not the article's own page."""

_OTHER_WORDS = {
    "author": "provider", "date": "publishedDateTime", "datetime": "publishedDateTime",
    "description": "excerpt", "headline": "title", "host": "domain", "href": "webUrl", "image": "images",
    "keywords": "topics", "lang": "locale", "language": "locale", "link": "webUrl", "logo": "images",
    "modified": "updatedDateTime", "organization": "provider", "picture": "images", "pubdate":
    "publishedDateTime", "publisher": "provider", "rank": "quality", "score": "quality", "similar": "related",
    "site": "provider", "source": "provider", "src": "url", "subtitle": "excerpt", "summary": "excerpt",
    "tags": "topics", "uri": "webUrl", "url": "webUrl", "website": "domain",
}  # fmt: skip
"""What other formats call the same thing."""

_NEAR_ENOUGH = 0.85

LONGEST_NAME = 40
"""A longer unknown key is nobody's typing mistake."""


def nearest_key(key: str, known: Mapping[str, FieldRule]) -> str:
    """The known key that an unknown one most likely meant, or nothing."""
    plain = key.lower().replace("_", "").replace("-", "").replace(" ", "")
    by_word = _OTHER_WORDS.get(plain, "")
    if by_word in known:
        return by_word
    nearest = min(known, key=lambda name: OSA.distance(plain, name.lower()))
    edits = OSA.distance(plain, nearest.lower())
    if edits <= max(1, len(nearest) // 4):
        return nearest
    closest = max(known, key=lambda name: JaroWinkler.similarity(plain, name.lower()))
    return closest if JaroWinkler.similarity(plain, closest.lower()) >= _NEAR_ENOUGH else ""
