"""Tests of ``pgdog_gevent.config``."""
