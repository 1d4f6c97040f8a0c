"""Writes deliveries: the sample of `include/data`, of any size, of consecutive days, and defective ones.

Everything is synthetic and seeded: the same call writes the same bytes.
"""
