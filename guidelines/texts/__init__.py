"""Guidelines and their versions: drafts, reviews, comment rounds, plans, publication, comparison, links.

Other rooms import the module that has what they need. A version changes by its verbs and by `publication`.
"""
