"""Decision aids: a few questions, answered in under a minute, that end in one answer with the rules behind it.

An aid is a text (`guidelines.aids.script` says how it is written), kept in versions by `guidelines.aids.models` and
edited by the information section. The folders beside this file hold the five that come with the portal. Which way a
body goes where the bodies differ (K5, K6) follows from its policy. What a person answers stands in the address of the
page they look at and nowhere else.
"""
