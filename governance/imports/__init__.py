"""Files of rows into the portal: read, tried, reported, written.

Import `importer` and `rows` for an import of one's own; what a row means stands in `imports` of its room.
"""
