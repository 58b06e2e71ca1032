"""A dialogue in progress to look at: people, three cases, and the server that shows them."""
