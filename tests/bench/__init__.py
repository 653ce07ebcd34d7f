"""Measurements, not tests: ratios to pgbouncer and to a direct connection, in one run on one machine.

``python -m tests.bench --help`` names them; ``tests/README.rst`` says what the columns mean.
"""
