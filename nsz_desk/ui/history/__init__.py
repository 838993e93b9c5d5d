"""The screen of what the desk did: the journal's lines for people."""
