"""Faults on purpose: kills, full disks, read-only folders, damaged files, moved clocks, crowds of runs.

A trial begins with a copy of a warehouse after its first day, starts the run of the second day, breaks
it, looks with a reader's eyes at what is published, removes the fault, runs again, and compares what is
then published with what a run without the fault publishes. `python -m tests.faults` is the long form.
"""
