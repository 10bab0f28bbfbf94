"""The audit log: who changed what, and who heard what (T7)."""
