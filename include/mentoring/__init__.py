"""This domain: its declaration, sources, expectations, statistics, alerts and report."""
