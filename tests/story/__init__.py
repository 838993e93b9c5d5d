"""Stories: the whole program against the simulator in a process of its own."""
