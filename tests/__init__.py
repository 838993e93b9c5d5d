"""The tests: one folder per room, `contract/` for ports, `story/` for the whole program."""
