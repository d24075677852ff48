"""A crisis: one row that duty, deadlines and delivery read (B33, M49)."""
