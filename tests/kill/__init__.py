"""Real processes killed with `kill -9`, a damaged journal, two desks at once, a network that goes away.

Nothing here is simulated in memory: the desk's command line runs in processes of its own against the simulator's
process. POSIX only, since Windows knows neither SIGKILL nor a warm server of forks.
"""
