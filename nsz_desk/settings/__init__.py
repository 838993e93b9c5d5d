"""How we are set: the profile, its file, and the vault for its secrets."""
