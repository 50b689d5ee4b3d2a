"""The harder kinds: what goes wrong where forgiving is dangerous, and several things at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.domain.text import words
from tests.benchmarks.quality.asked import Asked
from tests.benchmarks.quality.everyday import COMMON
from tests.benchmarks.quality.making import Kind, answered, asked_for, at_least, nowhere, one_changed, typo
from tests.benchmarks.quality.misspelling import by_ear, misspelled, overseas, renumbered
from tests.benchmarks.quality.nothing import OFF_TOPIC
from tests.benchmarks.quality.titles import Titles

QUESTIONS = (
    "what is {}",
    "what is the latest on {}",
    "latest news about {}",
    "tell me about {}",
    "how does {} work",
    "any updates on {}?",
    "show me articles about {}",
    "what happened with {}",
    "is there something new on {}",
    "why is everyone talking about {}?",
    "do you have anything about {}",
    "i am looking for {}",
)
MARKS = (
    "{}, {}", "{} & {}", "{}/{}", "#{} {}", "({}) {}!", "{}... {}?", "{}'s {}", "{} - {}", "{}_{}", "“{}” {}",
    "{}; {}.", "{}: {}", "@{} {}", "{} + {}", "*{}* _{}_", "{} — {}", "[{}] {}", "{},{}", "'{}' {}",
)  # fmt: skip
PUBLISHERS = (
    "{} | ZDNet",
    "{} - The New York Times",
    "{} – Reuters",
    "{} | TechCrunch",
    "Watch: {}",
    "RE: {}",
)


def first_letter(titles: Titles) -> Asked | None:
    """The very first letter of a word is wrong."""
    return one_changed(titles, titles.some(1, 3), at_least(5), typo(titles, first=True))


def short(titles: Titles) -> Asked | None:
    """A slip in a word of three to five letters that leaves three, beside one or two others."""

    def change(word: str) -> str:
        typed = typo(titles, first=False)(word)
        return typed if len(typed) > 2 else ""

    return one_changed(titles, titles.some(2, 3), lambda word: 3 <= len(word) <= 5 and word.isalpha(), change)


def slip(titles: Titles) -> Asked | None:
    """Another real word, one edit away from the one that was meant; no brief is about what was typed."""
    clean = titles.some(2, 3)
    fitting = [place for place, word in enumerate(clean) if len(word) > 3]
    if not fitting:
        return None
    place = titles.rnd.choice(fitting)
    own = {renumbered(clean[place]), overseas(clean[place])}
    others = [other for other in titles.near(clean[place]) if len(other) > 2 and other not in own]
    if not others:
        return None
    other = titles.rnd.choice(sorted(others))
    rest = [*clean[:place], *clean[place + 1 :]]
    if titles.is_about(other, rest) or titles.is_about(renumbered(other), rest):
        return None
    return asked_for(titles, [*clean[:place], other, *clean[place + 1 :]], clean)


def three_typos(titles: Titles) -> Asked | None:
    """Three slips in one very long word, behind its first letter."""
    return one_changed(titles, titles.some(1, 3), at_least(10), typo(titles, 3, first=False))


def phonetic(titles: Titles) -> Asked | None:
    """A word written as it sounds."""
    return one_changed(titles, titles.some(1, 3), at_least(6), partial(by_ear, rnd=titles.rnd))


def typo_prefix(titles: Titles) -> Asked | None:
    """A slip inside the beginning of the last word."""
    clean = titles.some(1, 3)
    if not clean or len(clean[-1]) < 6 or not clean[-1].isalpha():
        return None
    begun = clean[-1][: titles.rnd.randint(5, len(clean[-1]) - 1)]
    typed = typo(titles, first=False)(begun)
    if not typed or titles.is_begun(typed):
        return None
    return answered(titles, " ".join([*clean[:-1], typed]), titles.holding(clean[:-1], begun), clean)


def typo_join(titles: Titles) -> Asked | None:
    """A slip inside two neighbours that are run together, maybe beside another word."""
    place, pair = titles.neighbours(letters=4)
    typed = typo(titles)("".join(pair)) if pair else ""
    if len(typed) < 9 or {typed, "".join(pair)} & titles.known:
        return None
    others = [word for word in titles.content(place) if word not in pair]
    more = [titles.rnd.choice(others)] if others and titles.rnd.random() < 0.7 else []
    return asked_for(titles, [typed, *more], [*pair, *more])


def typo_split(titles: Titles) -> Asked | None:
    """A slip in a word with a space in it."""

    def change(word: str) -> str:
        typed = typo(titles, first=False)(word)
        at = titles.rnd.randint(3, max(3, len(typed) - 3))
        return f"{typed[:at]} {typed[at:]}" if typed else ""

    return one_changed(titles, titles.some(1, 2), at_least(8), change)


def typo_order(titles: Titles) -> Asked | None:
    """A slip, another order, and the last word unfinished."""
    clean = titles.some(3, 4, 4)
    if not clean or not at_least(6)(clean[0]):
        return None
    wrong = typo(titles)(clean[0])
    last = clean[-1] if len(clean[-1]) < 6 else clean[-1][:-2]
    if not wrong or {wrong, last} & titles.known - {clean[-1]}:
        return None
    found = titles.holding(clean[:-1], last) if last != clean[-1] else titles.holding(clean)
    return answered(titles, " ".join([*clean[1:-1], wrong, last]), found, clean)


def typo_plural(titles: Titles) -> Asked | None:
    """A slip in one word, plural for singular or the other side's English in another."""
    clean = titles.some(2, 4, 4)
    if len(clean) < 2:
        return None
    one, two = titles.rnd.sample(range(len(clean)), 2)
    typed = list(clean)
    typed[one] = typo(titles)(clean[one]) if at_least(6)(clean[one]) else ""
    typed[two] = overseas(clean[two]) or renumbered(clean[two])
    if not typed[one] or typed[one] in titles.known:
        return None
    return asked_for(titles, typed, clean)


def join_plural(titles: Titles) -> Asked | None:
    """Two neighbours run together, the second one in its other number or spelling."""
    _, pair = titles.neighbours(letters=4)
    if not pair or "".join(pair) in titles.known:
        return None
    joined = pair[0] + (overseas(pair[1]) or renumbered(pair[1]))
    return asked_for(titles, [joined], pair) if joined not in titles.known else None


def typo_extra(titles: Titles) -> Asked | None:
    """A slip beside a word that stands nowhere."""
    asked = one_changed(titles, titles.some(2, 3, 4), at_least(5), typo(titles))
    return _with_stranger(titles, asked) if asked else None


def unknown_word(titles: Titles) -> Asked | None:
    """Two or three words beside one that stands nowhere."""
    clean = titles.some(2, 3)
    asked = asked_for(titles, clean, clean) if clean else None
    return _with_stranger(titles, asked) if asked else None


def _with_stranger(titles: Titles, asked: Asked) -> Asked | None:
    stranger = titles.rnd.choice(OFF_TOPIC)
    if not titles.is_strange(stranger):
        return None
    typed = asked.query.split()
    typed.insert(titles.rnd.randrange(len(typed) + 1), stranger)
    return Asked(query=" ".join(typed), kind="", relevant=asked.relevant, clean=asked.clean)


def punctuation(titles: Titles) -> Asked | None:
    """Marks between, around and inside of words, capitals anywhere."""
    clean = titles.some(2, 3)
    if not clean:
        return None
    typed = titles.rnd.choice(MARKS).format(clean[0], " ".join(clean[1:]))
    return asked_for(titles, titles.rnd.choice((typed, typed.upper(), typed.title())), clean)


def question(titles: Titles) -> Asked | None:
    """One or two words inside a question."""
    clean = titles.some(1, 2, 5)
    asking = titles.rnd.choice(QUESTIONS)
    if set(clean) & set(words(asking)):
        return None
    return asked_for(titles, asking.format(" ".join(clean)), clean) if clean else None


def question_typo(titles: Titles) -> Asked | None:
    """One or two words inside a question, one of them wrong."""
    wrong = titles.rnd.choice((typo(titles), partial(misspelled, rnd=titles.rnd)))
    asked = one_changed(titles, titles.some(1, 2, 4), at_least(6), wrong)
    if asked is None:
        return None
    query = titles.rnd.choice(QUESTIONS).format(asked.query)
    return Asked(query=query, kind="", relevant=asked.relevant, clean=asked.clean)


def headline(titles: Titles) -> Asked | None:
    """A whole title as it is pasted: shouted, with its publisher."""
    place = titles.some_place()
    title = titles.briefs[place].title
    if len(titles.split[place]) < 4:
        return None
    shouted = titles.rnd.choice((title, title, title.upper(), title.lower()))
    pasted = titles.rnd.choice(("{}", *PUBLISHERS)).format(shouted)
    return answered(titles, pasted, _same(titles, place), titles.split[place])


def headline_changed(titles: Titles) -> Asked | None:
    """A whole title from memory: some words missing, one of them wrong."""
    place = titles.some_place()
    if len(titles.split[place]) < 7:
        return None
    kept = [word for word in titles.split[place] if titles.rnd.random() > 0.15]
    typed = list(kept)
    at = titles.rnd.randrange(len(kept)) if kept else 0
    if kept and len(kept[at]) > 4:
        typed[at] = typo(titles)(kept[at]) or kept[at]
    return asked_for(titles, typed, kept) if len(kept) > 3 else None


def _same(titles: Titles, place: int) -> Sequence[int]:
    """Titles of the same words in the same order."""
    split = titles.split[place]
    return [other for other in titles.holding(split) if titles.split[other] == split]


def none_everyday(titles: Titles) -> Asked | None:
    """Two everyday words that stand nowhere."""
    typed = titles.rnd.sample(COMMON, 2)
    return nowhere(" ".join(typed)) if all(map(titles.is_strange, typed)) else None


HARD: dict[str, Kind] = {
    "first_letter": first_letter,
    "short": short,
    "slip": slip,
    "three_typos": three_typos,
    "phonetic": phonetic,
    "typo_prefix": typo_prefix,
    "typo_join": typo_join,
    "typo_split": typo_split,
    "typo_order": typo_order,
    "typo_plural": typo_plural,
    "join_plural": join_plural,
    "typo_extra": typo_extra,
    "unknown_word": unknown_word,
    "punctuation": punctuation,
    "question": question,
    "question_typo": question_typo,
    "headline": headline,
    "headline_changed": headline_changed,
    "none_everyday": none_everyday,
}
"""Each by name; those that begin with `none` may find nothing."""
