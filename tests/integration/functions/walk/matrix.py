"""Who may do what, transcribed from PRD 15.2 and requirements T9: not from the code it judges."""

ROLES = ("platform_admin", "agency_admin", "agency_user", "tenant_admin", "tenant_user")

# y: within one's walls; o: one's own agency, client or account alone; -: not at all.
_PRD_15_2 = """
agencies.view             y o - - -
agencies.create           y - - - -
agencies.edit             y o - - -
agencies.delete           y - - - -
tenants.view              y y y o o
tenants.create            y y - - -
tenants.edit              y y - o -
tenants.delete            y y - - -
phone_numbers.view        y y y y y
phone_numbers.provision   y y - - -
phone_numbers.configure   y y - y -
phone_numbers.release     y y - - -
calls.view                y y y y y
calls.listen              y y y y y
calls.export              y y - y -
calls.delete              y y - - -
knowledge.view            y y y y y
knowledge.create          y y - y -
knowledge.edit            y y - y -
knowledge.delete          y y - y -
analytics.view            y y y y y
analytics.export          y y - y -
analytics.advanced        y y - - -
users.view                y y o y o
users.create              y y - y -
users.edit                y y o y o
users.delete              y y - y -
settings.view             y y y y y
settings.edit             y y - y -
billing.view              y y - - -
billing.manage            y y - - -
"""
_T9 = """
tenants.export            y y - o -
calls.control             y y - y -
calls.create              y y - y -
calls.supervise           y y - y -
recordings.delete         y y - - -
pricing.manage            y - - - -
roles.view                y y - y -
roles.manage              y y - y -
agents.view               y y y y y
agents.edit               y y - y -
agents.publish            y y - y -
agents.delete             y y - y -
functions.view            y y y y y
functions.edit            y y - y -
functions.delete          y y - y -
webhooks.view             y y - y -
webhooks.manage           y y - y -
api_keys.view             y y - y -
api_keys.manage           y y - y -
credentials.view          y y - - -
credentials.manage        y y - - -
carrier_connections.view  y y - - -
carrier_connections.manage y y - - -
audit.view                y y - y -
audit.export              y y - - -
support_grants.view       y y - - -
support_grants.create     y - - - -
support_grants.end        y y - - -
events.view               y - - - -
events.replay             y - - - -
"""
MATRIX: dict[str, dict[str, str]] = {
    name: dict(zip(ROLES, marks, strict=True))
    for line in (_PRD_15_2 + _T9).splitlines()
    if line
    for name, *marks in [line.split()]
}
