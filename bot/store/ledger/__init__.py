"""The ledger: what is remembered of briefs, whatever becomes of their files and of the index.

The writer of the index leaves a mark for every slug that it touches, in its own transaction; `note` turns
marks into rows. So nothing is missed where the process dies in between, and the index stays quick to write.
"""

from bot.store.ledger.stored import StoredLedger

__all__ = ["StoredLedger"]
