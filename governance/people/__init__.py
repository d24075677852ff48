"""People, their roles, substitutes and absences.

Import `models` and `absences`; `fields.PersonField` to name a colleague. Who may do what is `governance.access`.
"""
