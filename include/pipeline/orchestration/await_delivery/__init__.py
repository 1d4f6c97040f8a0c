"""Waits for a run's delivery in the triggerer; when it is late, the run fails or continues without it."""
