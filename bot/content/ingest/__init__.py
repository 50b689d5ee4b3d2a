"""Keeping the index equal to the folders: scan, plan, sync, watch; and `check`, which needs no index."""

from bot.content.ingest.check import check
from bot.content.ingest.plan import SyncPlan, plan
from bot.content.ingest.scan import Scan, scan
from bot.content.ingest.sync import sync
from bot.content.ingest.watch import watch

__all__ = ["Scan", "SyncPlan", "check", "plan", "scan", "sync", "watch"]
