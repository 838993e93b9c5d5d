"""The start page: try the demo, open a profile, connect a new pair."""
