"""The application: books."""
