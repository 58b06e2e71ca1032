"""Keys and seals; the cryptography library stops here."""
