"""The proof of delivery: the real bot is killed, frozen and refused, and an outside log says what arrived.

`sink` is a Slack-compatible server in a process of its own with a log of its own; it knows nothing of the
bot's code. `run` (`make chaos`) starts it beside the bot, subscribes people by signed commands, lets hot
briefs appear and disturbs the bot meanwhile; `judging` then compares the log with what was owed. The bot's
database is never asked.
"""
