"""Answers that stand ready for moderators, in versions.

Import `models`.
"""
