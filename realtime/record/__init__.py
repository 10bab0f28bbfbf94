"""The record of a call: facts on disk, then in Postgres; audio on disk, then in the store."""
