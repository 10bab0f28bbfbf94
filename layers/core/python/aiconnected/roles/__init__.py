"""Custom roles: permissions that an agency or a client gives its people beyond their own."""
