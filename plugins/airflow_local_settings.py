"""Airflow imports this before any of its commands (its name is Airflow's)."""

from include.mentoring import by_hand

by_hand.register()
