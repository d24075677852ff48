"""A person leaves: what they hold, and what becomes of it.

An app whose rows people hold registers with `holdings` when it starts.
"""
