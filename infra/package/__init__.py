"""Packaging of the control plane: the SAM template and the three zips that it names."""
