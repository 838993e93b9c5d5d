"""How the desk looks: the only room that knows Qt. It asks the Desk and decides nothing about money."""
