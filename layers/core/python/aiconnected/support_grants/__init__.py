"""Support grants: the platform's people inside an agency, for a while and with a reason (T8)."""
