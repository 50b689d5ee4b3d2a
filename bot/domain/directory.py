"""What the providers and topics folders say: logos, other names, parents, keywords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.brief import Image, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEntry:
    """A known publisher: `corpus/organizations` format."""

    domain: str
    name: str
    other_names: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicEntry:
    """A known topic: `corpus/topics` format. `parent` is a topic's name or empty."""

    name: str
    parent: str = ""
    short_name: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Both folders; `providers` by domain in lower case without `www.`, `topics` by casefolded name."""

    providers: Mapping[str, ProviderEntry] = field(default_factory=dict)
    topics: Mapping[str, TopicEntry] = field(default_factory=dict)

    def entry_of(self, provider: Provider) -> ProviderEntry | None:
        """The entry with this provider's domain or, failing that, one of its parent domains."""
        domain = provider.domain.lower().removeprefix("www.")
        while domain:
            if entry := self.providers.get(domain):
                return entry
            _, _, domain = domain.partition(".")
        return None

    def children_of(self, topic: str) -> frozenset[str]:
        """The casefolded names of the topic itself and of every topic below it, however deep."""
        found = {topic.casefold()}
        while True:
            below = {key for key, entry in self.topics.items() if entry.parent.casefold() in found} - found
            if not below:
                return frozenset(found)
            found |= below


EMPTY_DIRECTORY = Directory()
