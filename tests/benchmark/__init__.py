"""Honest benchmarks: ratios measured in one run against a named floor. Run: `python -m tests.benchmark`."""
