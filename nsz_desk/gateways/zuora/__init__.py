"""Zuora over REST: tokens, calls, lists, and the meaning of answers."""
