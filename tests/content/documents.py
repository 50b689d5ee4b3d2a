"""Generated briefs for property tests: valid ones in many spellings, and slightly changed ones."""

from __future__ import annotations

from hypothesis import strategies as st

ODD = "\t\x07\x1b\x7f\x85\xa0\u200f\u2028\u2029\u202e\u2066\ufeff\ufdd0\ufdd1\ufdd2\uffff😀é漢ش"
CHARACTERS = st.one_of(
    st.sampled_from("abz XYZ019 .,:;-_#&*!|>?%@`'\"\\/[]{}()<=~+$^\n"),
    st.sampled_from("abcdefgh      "),
    st.sampled_from(ODD),
)
TEXTS = st.text(CHARACTERS, max_size=25)

TRAPS_TEXT = r"""
    no yes on off true false True y n ~ null Null 12:30 1e3 1.0 .5 .inf .nan 0x1F 0o17 0b1 010 -0 +5 1_000 _1
    1__0 007 2021-02-04 2021-02-04T18:58:00Z 2021-W05-4T18:58:00Z 20210204T185800.123Z = << - ? : -- --- ...
    | > [] {} [a] {a} &a *a !a !!str @a `a %a #a a#b a: a:b 'a' "a" 'it''s' "\u00e9" "\ud83d\ude00" "\ud83d"
    "\x07" "\/" "\r\n" 999999999999999 9999999999999999 12345678901234567890123 1,000 ١٢ https://a.example/x
    https:// ftp://a.example https://a.example/ü /x.png //a.example/x.png x.webp https://a.example:99999/
    https://[x/ 2021-02-30T00:00:00Z
"""
TRAPS = st.sampled_from(TRAPS_TEXT.split())


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def single(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\n", " ") + "'"


def block(text: str) -> str:
    return text[:2] + "\n        " + text[2:].replace("\n", "\n        ")


def folded(text: str) -> str:
    return text.replace("\n", "\n      ")


SCALARS = st.one_of(
    TRAPS,
    TEXTS,
    st.builds(quoted, TEXTS),
    st.builds(single, TEXTS),
    st.builds(
        block,
        st.sampled_from(["|-", "| ", "|+", ">-", "> ", "|2"]).flatmap(lambda head: TEXTS.map(head.__add__)),
    ),
    st.builds(folded, TEXTS),
    st.builds(str, st.integers(-200, 4000)),
    st.sampled_from(
        ["2021-02-04T18:58:00Z", "https://a.example/x", "https://a.example/x.png", "true", "AI", ""]
    ),
)
GOOD = {
    "title": st.builds(quoted, st.text("abc déf", min_size=1).filter(str.strip)),
    "publishedDateTime": st.sampled_from(["2021-02-04T18:58:00Z", "2019-12-31T00:00:00Z"]),
    "webUrl": st.sampled_from(["https://a.example/x", '"https://b.example/y?z=1&w=2#f"']),
    "heat": st.builds(str, st.integers(-1, 4000)),
    "published": st.sampled_from(["true", "false"]),
    "excerpt": st.one_of(st.builds(quoted, TEXTS), st.builds(single, TEXTS)),
    "secured": st.sampled_from(['"a+/=;b"', "abc", "'x'", "", "|\n  x\n  y"]),
}
OTHER_KEYS = (
    "category", "updatedDateTime", "originalUrl", "ampWebUrl", "cdnAmpWebUrl", "type", "quality", "removed",
    "deleted", "featuredContent", "locale", "Title", "foo", "no", "1", "title", "heat", "topics", "images",
    "provider", "related", "secured",
)  # fmt: skip


@st.composite
def fields(draw: st.DrawFn, indent: str, depth: int = 0) -> str:
    """Lines of an article's fields, mostly valid."""
    keys = [key for key in GOOD if draw(st.integers(0, 9)) < (9 if key in ("title", "webUrl") else 6)]
    lines = [f"{indent}{key}: {draw(GOOD[key])}\n" for key in keys if key != "secured" or depth == 0]
    others = draw(st.lists(st.sampled_from(OTHER_KEYS), max_size=2))
    lines.extend(f"{indent}{key}: {draw(SCALARS)}\n" for key in others)
    if draw(st.booleans()):
        topics = "".join(f"{indent}  - {draw(SCALARS)}\n" for _ in range(draw(st.integers(0, 2))))
        lines.append(f"{indent}topics:\n{topics}")
    if draw(st.booleans()):
        lines.append(f"{indent}provider:\n{indent}  name: {draw(SCALARS)}\n{indent}  domain: a.example\n")
    if draw(st.booleans()):
        lines.append(
            f"{indent}images:\n{indent}  - url: {draw(SCALARS)}\n{indent}    width: {draw(SCALARS)}\n"
        )
    if depth == 0 and draw(st.booleans()):
        lines.append(f"{indent}related:\n")
        for _ in range(draw(st.integers(0, 2))):
            inner = draw(fields(indent=f"{indent}    ", depth=1))
            lines.append(inner.replace(f"{indent}    ", f"{indent}  - ", 1) or f"{indent}  - x\n")
    return "".join(draw(st.permutations(lines)))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A whole file, sometimes with a few characters replaced, inserted or taken away."""
    text = "---\n" + draw(fields(indent="")) + "---\n" + draw(st.sampled_from(["", "body", "---\n"]))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2, 5]))):
        place = draw(st.integers(0, len(text)))
        taken = draw(st.integers(0, 3))
        text = text[:place] + draw(st.text(CHARACTERS, max_size=2)) + text[place + taken :]
    return text
