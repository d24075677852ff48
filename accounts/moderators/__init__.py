"""Who answers for an account: offered, accepted, declined, ended (M05, S29).

Rooms above are told through `listeners`.
"""
