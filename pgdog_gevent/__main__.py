"""``python -m pgdog_gevent``."""

from pgdog_gevent.cli import main

main()
