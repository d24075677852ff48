"""What a unit decides of the rules, as data: the settings, their presets, and advice on posts.

Import `models` (Policies), and `settings` and `advice` for the values a setting can have.
"""
