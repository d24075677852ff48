"""The starter set: guidelines that come with the portal, as each preset has them.

Import `texts`.
"""
