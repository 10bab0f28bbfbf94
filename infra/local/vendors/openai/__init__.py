"""An OpenAI-compatible embeddings API: strict like the real one, MiniLM behind it."""
