"""The addresses; each handler is form, one service call, redirect."""
