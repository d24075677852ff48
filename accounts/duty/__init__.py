"""Who is on duty for an account at a moment (M18, S29): the only reader of absences, shifts and take-overs.

Whoever has taken over comes first, then whoever the rota names at that time, then the moderators, the deputies in
their order, and the head of the unit, nearest up the tree. Skipped are those who are away, whose assignment is ended
or not accepted, who are deactivated, and who lack the acknowledgement that the unit's policy demands. Whoever is away
with a replacement is represented by the replacement, along the whole chain; a chain that bites its tail leads nowhere.

`rule.find` is the rule itself, over plain values. `roster.Roster` holds the facts of many accounts, loaded in a
constant number of queries. `presence` answers what needs absences alone; `rota` changes shifts and take-overs.
"""
