"""Reading guidelines: acknowledgement and its follow-up, search, notes and questions.

Import `acknowledgements` and `questions`.
"""
