"""Local PostgreSQL servers for the demo and for the tests, and the demo itself."""
