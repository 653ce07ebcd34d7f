"""Pure: what is known of PostgreSQL's types."""
