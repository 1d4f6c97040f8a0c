"""Rebuilds a damaged raw layer, and removes what nobody needs."""
