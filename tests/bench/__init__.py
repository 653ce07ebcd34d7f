"""Measurements, not tests: ratios to pgbouncer and to a direct connection, in one run on one machine."""
