"""Everything around the product: the one-machine stack, containers, monitoring, decisions."""
