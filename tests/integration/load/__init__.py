"""A mixed load on a proxy, and faults in the middle of it."""
