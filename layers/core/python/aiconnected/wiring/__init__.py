"""The services as both planes wire them together; each plane's composition root adds its own."""
