"""How the tables of the application came about."""
