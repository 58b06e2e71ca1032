"""The rules of the procedure, on plain values; standard library only."""
