"""The measurements\x27 own arithmetic, and what they read from other programs."""
