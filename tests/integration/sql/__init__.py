"""A grammar of SQL statements over a fixed schema, from which a seed makes one statement."""
