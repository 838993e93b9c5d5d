"""What every gateway of one port promises, whichever way it speaks."""
