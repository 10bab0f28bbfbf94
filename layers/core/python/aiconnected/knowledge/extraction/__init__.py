"""Extraction: the text of a document's file, as markdown. Run in a process of its own."""
