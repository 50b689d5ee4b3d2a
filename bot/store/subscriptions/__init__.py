"""Who wants what, where and when: digests, alert rules, mutes, in SQLite or PostgreSQL."""
