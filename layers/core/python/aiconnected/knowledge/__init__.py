"""Knowledge: a client's documents, their passages, and the search in them."""
