"""Tests that run the proxy as a process in front of real PostgreSQL servers."""
