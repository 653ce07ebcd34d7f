"""A PostgreSQL proxy on gevent: connection pooler, load balancer and sharding router."""

from pgdog_gevent import compiled

__version__ = '0.1.0'
__all__ = ['__version__', 'compiled']
