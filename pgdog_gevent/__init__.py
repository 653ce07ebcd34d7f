"""A PostgreSQL proxy on gevent: connection pooler, load balancer and sharding router."""

__version__ = '0.1.0'
