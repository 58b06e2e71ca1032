"""Dialogue: sealed case management for the ILO's Company-Union Dialogue."""
