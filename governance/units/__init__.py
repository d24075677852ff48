"""The body as a tree of units.

Import `models` (Unit, Tree), `fields` to let somebody choose a unit, and `views.unit_crumbs` for the way to one.
"""
