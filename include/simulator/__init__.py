"""Writes deliveries: the sample of `include/data`, deliveries of any size, and defective ones.

Everything is synthetic and seeded: the same call writes the same bytes.
"""
