"""The demo: an agency with two clients, their people, agents, documents, hours and prices."""
