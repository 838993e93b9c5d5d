"""What happens: plans, the move tables and their steps, the journal protocol. Knows ports, not companies."""
