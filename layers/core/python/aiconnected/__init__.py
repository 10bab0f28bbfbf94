"""What every plane of Voice by aiConnected shares: the domain, its data and the messages between planes."""
