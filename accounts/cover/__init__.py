"""Whether enough people answer for an account, now and in the coming weeks, and what becomes of what a leaver held."""
