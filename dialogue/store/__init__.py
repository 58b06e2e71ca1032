"""Rows and queries; no Flask, no keys, no rules."""
