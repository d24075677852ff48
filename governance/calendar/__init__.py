"""Time as the body counts it: holidays, working hours, closing days and how days are written.

`hours` and `dates` are pure and for everybody; `closing_days` is the model.
"""
