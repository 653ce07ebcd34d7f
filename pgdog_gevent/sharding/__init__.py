"""Pure: on which shards a key is. Hash functions, mappings, centroids, and key values as clients write them."""
