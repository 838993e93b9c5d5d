"""The simulator, spoken to as a stranger would."""
