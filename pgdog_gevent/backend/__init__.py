"""The side that faces PostgreSQL: clusters of pools of connections."""
