"""Lands a delivery in DuckDB row by row, and keeps the ledger of all loads."""
