"""The plan made true."""
