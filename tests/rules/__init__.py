"""Tests of the rules: the Book, each rule, the order of verdicts."""
