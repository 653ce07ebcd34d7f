"""The drivers that people use, each through the proxy in transaction and in session mode."""
