"""Who is on duty for an account at a moment (M18, S29): the only reader of absences, shifts and take-overs.

`rule.find` is the rule itself, over plain values; `roster.Roster` holds the facts of many accounts. `presence` answers
what needs absences alone, `rota` changes shifts and take-overs.
"""
