"""Tests of the domain: money, statuses, claims."""
