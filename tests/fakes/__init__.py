"""Stand-ins for what the proxy meets: peers, clocks, certificates."""
