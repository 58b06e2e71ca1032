"""A dialogue in progress to look at: people, two cases, and the server that shows them."""
