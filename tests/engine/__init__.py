"""Tests of the engine over fakes."""
