"""What is used for work beside official accounts: networks employees declare, sites by staff and pupils (B21, B22)."""
