"""Keeping the index equal to the folders: scan, plan, sync, watch; and `check`, which needs no index."""

from bot.content.ingest.checking import check
from bot.content.ingest.planning import SyncPlan, plan
from bot.content.ingest.scanning import Scan, scan
from bot.content.ingest.syncing import sync
from bot.content.ingest.watching import watch

__all__ = ["Scan", "SyncPlan", "check", "plan", "scan", "sync", "watch"]
