"""Accounts that have gone quiet: what makes them so, and what follows (B24, S30)."""
