"""Accounts to look at anew: due for evaluation, or past their end (S36, D91, D92)."""
