"""The composition root: opens everything in order and closes it in reverse.

`reading` is what a verb needs that asks once, `running` the bot until it is stopped, `keeping` the index kept
equal to the folders, `owing` all that is needed for digests and alerts.
"""

from bot.wiring.owing import Owed, open_owed
from bot.wiring.reading import Progress, Reading, open_reading, sync_once
from bot.wiring.running import preview, serve

__all__ = ["Owed", "Progress", "Reading", "open_owed", "open_reading", "preview", "serve", "sync_once"]
