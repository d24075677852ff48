"""From the first draft of an application to the decision: `requirements` what is asked, `deciders` who decides, `moves`
the legal moves and the one `move()`, `answers` and `establishment` what becomes of them."""
