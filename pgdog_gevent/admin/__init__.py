"""The admin console: a session whose server is the proxy itself."""
