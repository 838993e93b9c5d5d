"""The screen of pending refunds: list, tiles, rules, ticks, review, run and result."""
