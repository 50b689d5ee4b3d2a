"""Which engines there are, what each needs, and how far it is worth taking."""

from __future__ import annotations

from dataclasses import dataclass

HUNDRED_THOUSAND = 100_000
WITHOUT_END = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An engine by the name the tables show; `module` is its own in this folder.

    `packages` are its names in requirements-engines.txt. Beyond `most` briefs it is left out. `few` caps
    the queries of a round, 0 does not. `node` is true where it runs in Node.js, `server` where the process
    that is measured is but the client of another.
    """

    name: str
    module: str
    packages: tuple[str, ...] = ()
    most: int = WITHOUT_END
    few: int = 0
    node: bool = False
    server: bool = False


OURS = Engine(name="newsbrief", module="newsbrief")
ENGINES = (
    OURS,
    Engine(name="Meilisearch", module="meilisearch", packages=("milli",)),
    Engine(name="tantivy", module="tantivy_fuzzy", packages=("tantivy",)),
    Engine(name="FTS5 bm25", module="fts5_words"),
    Engine(name="FTS5 symspell", module="fts5_symspell", packages=("symspellpy",)),
    Engine(name="FTS5 trigram", module="fts5_trigram", most=HUNDRED_THOUSAND),
    Engine(
        name="Xapian", module="xapian_spelling", packages=("xapian-bindings-binary",), most=HUNDRED_THOUSAND
    ),
    Engine(name="PostgreSQL", module="postgres_trigram", most=HUNDRED_THOUSAND, server=True),
    Engine(name="MiniSearch", module="minisearch", most=HUNDRED_THOUSAND, node=True),
    Engine(name="WRatio", module="ratio_weighted", most=HUNDRED_THOUSAND, few=50),
    Engine(name="token_set", module="ratio_token_set", most=HUNDRED_THOUSAND, few=50),
)
