"""The schema's history: plain SQL run by Alembic, one revision a file, each with a way back."""
