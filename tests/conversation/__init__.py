"""A scripted client and a scripted server around the proxy: who sends what, in which order."""
