"""The quality gate: what must hold of a landed delivery before anything of it enters `raw`."""
