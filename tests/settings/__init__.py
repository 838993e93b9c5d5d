"""Tests of the settings and the vault."""
