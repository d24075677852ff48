"""The register of official accounts: what an account is, its address, its states, what opening and closing it take.

`models` holds accounts and pauses, `moves` the legal moves and the one `move()`, `gates` what must be in place first,
`checklists` what people tick, `holders` which roles on an account count. Rooms above are told through `listeners`.
"""
