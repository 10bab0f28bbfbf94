"""The record of a call: its facts on disk first, then in Postgres; its audio on disk, then in the store."""
