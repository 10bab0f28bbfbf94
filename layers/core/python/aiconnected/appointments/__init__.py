"""Appointments: the times on offer and what is booked in them."""
