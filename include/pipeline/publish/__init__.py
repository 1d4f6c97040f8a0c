"""Versions of the published database, and how readers come to open one."""
