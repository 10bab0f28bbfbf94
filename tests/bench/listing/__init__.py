"""A list of fifty calls, answered by our handler and by FastAPI over SQLAlchemy."""
