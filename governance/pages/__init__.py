"""What every page is made of: fields, forms, revisions, tables, exports, PDF, errors and the choice of language.

For the doors of all rooms. It knows no models but the trail, which says who changed what a form was opened with.
"""
