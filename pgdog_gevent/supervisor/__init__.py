"""Several processes as one proxy: a supervisor that lends and passes on, and workers that serve clients."""
