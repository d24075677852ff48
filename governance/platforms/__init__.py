"""The platforms that accounts are opened on, and what units have decided about them.

Import `models`.
"""
