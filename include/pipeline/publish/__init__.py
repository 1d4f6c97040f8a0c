"""Versions of the published database, and how readers open one."""
