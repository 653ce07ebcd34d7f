"""Background greenlets: what has to be done although nobody asks."""
