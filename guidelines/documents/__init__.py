"""Guidelines as documents: many formats in, Markdown, HTML, PDF and Word out.

Import `files` to read a file and `intake` to bring it into a draft.
"""
