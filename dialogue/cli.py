"""The commands of an instance."""

from flask.cli import AppGroup

group = AppGroup("dialogue", help="Confidential dialogues between a company and a union.")
