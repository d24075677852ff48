"""Posts in (`intake`, `store`, `addresses`) and what is done with them (`moves`, `claims`, `doubles`): the only room
that writes posts. `deadlines` says when an answer is due, `answers` and `flat` what the body's own words on the
platform answer, `matters` what is one conversation, `sweeps` flag what is late. The trail never holds what a citizen
wrote, nor who it was.
"""
