"""What a server serves."""

from dialogue.app import create_app

app = create_app()
