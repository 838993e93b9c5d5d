"""Deterministic simulation: the real core on a world in memory, with faults, several desks and people."""
