"""The drivers' own test suites through the proxy: ``python -m tests.suites``."""
