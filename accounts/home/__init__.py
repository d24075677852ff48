"""The page one comes to, and the way around the portal."""
