"""Linking a refund to the Zuora refund that a person made by hand."""
