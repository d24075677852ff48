"""What a check found and nobody may forget: `moves` has the one way to raise, answer, decide, close and reopen it."""
