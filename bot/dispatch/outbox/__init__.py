"""The outbox worker: claim what is owed, reconcile, render, post, settle; nothing lost, nothing doubled.

`OutboxWorker` (claiming) is the door. One claim is carried through in `delivering`, an uncertain one is
looked for in `reconciling`, results are written in groups by `settling`. What a refusal means stands in
`bot.dispatch.outcomes`. One message is in flight in a lane; a delivery is SENDING in the database before its
post begins, and from then on is posted again only after history showed that it did not arrive, or after a
person or the workspace's policy said so.
"""

from __future__ import annotations

from bot.dispatch.outbox.claiming import OutboxWorker
from bot.dispatch.outbox.delivering import Manners
from bot.dispatch.outbox.values import Pausing, Policy, Ports, Timing

__all__ = ["Manners", "OutboxWorker", "Pausing", "Policy", "Ports", "Timing"]
