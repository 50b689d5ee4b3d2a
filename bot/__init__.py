"""newsbrief: a Slack bot that answers from a folder of news briefs.

Rooms and their direction are drawn in the README, section "How it is built".
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("newsbrief")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0"
