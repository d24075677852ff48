"""Logging in, and the API tokens of other systems.

Import `tokens`; the settings name `login` for allauth.
"""
