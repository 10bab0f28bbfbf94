"""The conversation: session, prompts, tools, retrieval, speech and the policies of a turn."""
