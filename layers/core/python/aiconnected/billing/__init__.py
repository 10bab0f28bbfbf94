"""Billing: what is sold (plans, the price book) and what is owed (subscriptions, invoices)."""
