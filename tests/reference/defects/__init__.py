"""What is wrong in deliveries, row by row."""

from . import edges, pairs, people, records
from .registry import DEFECTS

__all__ = ["DEFECTS", "edges", "pairs", "people", "records"]
