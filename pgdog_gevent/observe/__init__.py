"""What the proxy tells about itself: one snapshot, and the printers of it."""
