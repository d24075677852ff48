"""Reading accounts from their platforms: connections with their credentials, fetches, webhooks, and how it goes."""
