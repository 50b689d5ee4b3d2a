"""Topic and provider names as people type them: any case, parts, acronyms and typos; never a wild guess."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.directory import Directory, ProviderEntry, TopicEntry
from bot.domain.query import NameFilter, NameKind
from bot.domain.result import NameCount
from bot.domain.text import words
from bot.errors import QueryError
from bot.search.fillers import FILLERS
from bot.search.filters import shorten
from bot.search.vocabulary import budget

_PART = 3
"""Letters of a name that are enough to find it inside a domain."""

_ALIKE = 0.5
"""The least likeness, from 0 to 1, of a name that is offered instead of an unknown one."""

_SECOND_LEVEL = ("co", "com", "org", "net", "gov", "ac", "edu")
"""Labels before a country's own ending that are no site's name."""

_ARTICLES = ("the", "a", "an")


@dataclass(frozen=True, slots=True)
class _Known:
    """One way to call a topic or provider: squeezed (`nextweb`), its words, the key meant, what is shown."""

    squeezed: str
    words: tuple[str, ...]
    key: str
    shown: str


class Names:
    """All topics and providers that the index or the folders know."""

    def __init__(
        self, topics: Sequence[NameCount], providers: Sequence[NameCount], directory: Directory
    ) -> None:
        self._directory = directory
        self._counted_topics = topics
        self._counted_providers = providers
        self._topic_keys = [topic.key for topic in topics]
        self._provider_keys = [provider.key for provider in providers]
        self._topics = [*_indexed_topics(topics), *_listed_topics(directory)]
        self._providers = [*_indexed_providers(providers), *self._listed_providers()]

    def resolve(self, asked: NameFilter) -> frozenset[str]:
        """The keys that the name means; QueryError naming the nearest name where nobody has it."""
        if asked.kind is NameKind.TOPIC:
            return self._widened(_meant(asked, self._topics))
        keys = self._by_domain(asked.name)
        return keys or _meant(asked, self._providers, acronyms=True)

    def aliases(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """What people type for a name, squeezed (`nyt`, `artificialintelligence`), and the names' own words.

        A topic with all below it goes by its short name and keywords, a provider by other names and initials.
        """
        found: dict[str, dict[tuple[str, ...], None]] = {}
        shown = {topic.key: tuple(words(topic.name)) for topic in self._counted_topics}
        for key, entry in self._directory.topics.items():
            below = [shown[child] for child in sorted(self._directory.children_of(key)) if child in shown]
            for name in (entry.short_name, *entry.keywords):
                found.setdefault(_squeeze(name), {}).update(dict.fromkeys(below))
        for provider in self._counted_providers:
            own = tuple(words(provider.name))
            for alias in self._called(provider.key, own):
                found.setdefault(alias, {})[own] = None
        useful = {
            alias: tuple(name for name in names if name and "".join(name) != alias)
            for alias, names in found.items()
            if alias not in FILLERS
        }
        return {alias: names for alias, names in useful.items() if alias and names}

    def _called(self, key: str, own: tuple[str, ...]) -> Iterator[str]:
        """What a provider is called beside its name, squeezed."""
        yield from (initials for initials in _acronyms(own) if len(initials) >= _PART)
        entry = self._directory.providers.get(key)
        yield from (_squeeze(name) for name in entry.other_names) if entry else ()

    def _widened(self, keys: Iterable[str]) -> frozenset[str]:
        """The topics themselves, all below them, and topics that go by one of their keywords."""
        below = {child for key in keys for child in self._directory.children_of(key)}
        called = {_squeeze(name) for key in below for name in self._names_of(key)}
        return frozenset(below) | {key for key in self._topic_keys if _squeeze(key) in called}

    def _names_of(self, key: str) -> tuple[str, ...]:
        entry = self._directory.topics.get(key)
        return (key, *_topic_names(entry)) if entry else (key,)

    def _by_domain(self, name: str) -> frozenset[str]:
        """Providers with this domain or one below it; addresses are cut to their host."""
        domain = name.strip().lower().split("://")[-1].split("/")[0].removeprefix("www.")
        if "." not in domain:
            return frozenset()
        return frozenset(key for key in self._provider_keys if key == domain or key.endswith(f".{domain}"))

    def _listed_providers(self) -> Iterator[_Known]:
        """The folder's other names for the providers of the index, and for those without a brief yet."""
        for domain, entry in self._directory.providers.items():
            keys = [key for key in self._provider_keys if key == domain or key.endswith(f".{domain}")]
            for name in _provider_names(entry):
                for key in keys or [domain]:
                    yield _known(name, key, entry.name)


def _meant(asked: NameFilter, known: Sequence[_Known], *, acronyms: bool = False) -> frozenset[str]:
    """Whole names first, then acronyms and parts, then typos."""
    typed = tuple(words(asked.name))
    squeezed = "".join(_without_article(typed))
    for found in (
        (one.key for one in known if one.squeezed == squeezed),
        (one.key for one in known if acronyms and squeezed in _acronyms(one.words)),
        (one.key for one in known if _is_part(typed, squeezed, one, inside=acronyms)),
        _misspelled(squeezed, known),
    ):
        if squeezed and (keys := frozenset(found)):
            return keys
    raise _unknown(asked, squeezed, known)


def _is_part(typed: tuple[str, ...], squeezed: str, one: _Known, *, inside: bool) -> bool:
    """True where each typed word begins one of the name's, or the text stands inside a provider's domain."""
    if len(squeezed) < _PART:
        return False
    if inside and "." in one.key and squeezed in one.key.rpartition(".")[0].replace(".", "").replace("-", ""):
        return True
    return all(any(word.startswith(part) for word in one.words) for part in typed)


def _misspelled(squeezed: str, known: Sequence[_Known]) -> Iterator[str]:
    most = budget(len(squeezed))
    distances = [OSA.distance(squeezed, one.squeezed, score_cutoff=most) for one in known] if most else []
    least = min(distances, default=most + 1)
    if least <= most:
        yield from (one.key for one, distance in zip(known, distances, strict=True) if distance == least)


def _unknown(asked: NameFilter, squeezed: str, known: Sequence[_Known]) -> QueryError:
    what = "topic" if asked.kind is NameKind.TOPIC else "provider"
    sign = "-" if asked.excluded else ""
    part = f"{sign}{asked.kind}:{shorten(asked.name)}"
    if not known:
        return QueryError(f"{part} names a {what}, but no brief has one yet.", part=part)
    near = process.extractOne(
        squeezed, [one.squeezed for one in known], scorer=OSA.normalized_similarity, score_cutoff=_ALIKE
    )
    hint = f"Type {what}s to see all that there are."
    if near and len(known[near[2]].squeezed) > 1:
        shown = known[near[2]].shown
        quoted = f'"{shown}"' if " " in shown else shown
        hint = f"Did you mean {sign}{asked.kind}:{quoted}?"
    return QueryError(f"No {what} is called {shorten(asked.name)}.", part=part, hint=hint)


def _known(name: str, key: str, shown: str) -> _Known:
    split = tuple(words(name))
    return _Known("".join(_without_article(split)), split, key, shown)


def _indexed_topics(topics: Sequence[NameCount]) -> Iterator[_Known]:
    return (_known(topic.name, topic.key, topic.name) for topic in topics)


def _listed_topics(directory: Directory) -> Iterator[_Known]:
    for key, entry in directory.topics.items():
        for name in _topic_names(entry):
            yield _known(name, key, entry.name)


def _indexed_providers(providers: Sequence[NameCount]) -> Iterator[_Known]:
    for provider in providers:
        for name in dict.fromkeys((provider.name, provider.key, _site(provider.key))):
            if name:
                yield _known(name, provider.key, provider.name)


def _site(domain: str) -> str:
    """What people call a site by: `wsj` of `blogs.wsj.com`, `bbc` of `news.bbc.co.uk`."""
    labels = domain.split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return labels[-1] if labels else ""


def _topic_names(entry: TopicEntry) -> tuple[str, ...]:
    return tuple(name for name in (entry.name, entry.short_name, *entry.keywords) if name)


def _provider_names(entry: ProviderEntry) -> tuple[str, ...]:
    return tuple(name for name in (entry.name, entry.domain, *entry.other_names) if name)


def _squeeze(name: str) -> str:
    return "".join(_without_article(tuple(words(name))))


def _without_article(split: tuple[str, ...]) -> tuple[str, ...]:
    return split[1:] if len(split) > 1 and split[0] in _ARTICLES else split


def _acronyms(split: tuple[str, ...]) -> tuple[str, ...]:
    """`wsj` for Wall Street Journal, `tnw` and `nw` for The Next Web, `nyt` for The New York Times."""
    if len(split) < 2:
        return ()
    first = "".join(word[0] for word in split)
    return first, "".join(word[0] for word in _without_article(split))
