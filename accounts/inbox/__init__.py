"""Posts in (`intake`, `store`) and what is done with them (`moves`, `claims`): the only room that writes posts.

`deadlines` says when an answer is due, `answers` what the body's own words on the platform answer, `sweeps` flag what
is late. The trail never holds what a citizen wrote, nor who it was.
"""
