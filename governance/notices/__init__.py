"""What people are told, in the portal and by mail: rows first, delivery later.

Import `models` (tell, notice_row); the job calls `delivery`, and `texts` has the words.
"""
