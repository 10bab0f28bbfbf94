"""What the vendor-compatible servers share: the control surface and the local models."""
