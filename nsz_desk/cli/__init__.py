"""The headless face: arguments in, text or one JSON document out. It builds nothing and decides nothing."""
