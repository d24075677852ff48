"""Writing the audit trail: one row a change, appended in the transaction of the change and never altered.

Every room that writes imports `models`. Reading it is the room `trail`.
"""
