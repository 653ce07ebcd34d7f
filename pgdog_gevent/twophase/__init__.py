"""Commits on several shards that are all or nothing: the decision is a row in PostgreSQL."""
