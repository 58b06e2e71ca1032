"""What people type, stripped, measured and asked for in whole sentences."""
