"""Makes deliveries: the sample of `include/data`, large ones of any size, and broken ones.

Everything is synthetic and seeded: the same call writes the same bytes.
"""
