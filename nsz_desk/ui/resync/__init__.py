"""The resync wizard: compare, give the reason, review, run, result."""
