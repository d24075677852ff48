"""What every page is made of: fields, forms, tables, exports, PDF, errors and the choice of language.

For the doors of all rooms. It knows no models.
"""
