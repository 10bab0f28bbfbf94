"""Who may do what: PRD 15.2 as its table stands, line by line, and the rows that T9 asks for.

Nothing here is read from the code that it judges. The first table is the PRD's own text (section
15.2, "What Each Role Can Do"). T9 keeps those rows exact, lets them win over any other passage, and
asks for rows in their spirit where the PRD has none: each of those names the row that it follows.
"""

ROLES = ("platform_admin", "agency_admin", "agency_user", "tenant_admin", "tenant_user")

_PRD_15_2 = """
| Agencies | |||||
| agencies.view | ✅ | Own only | ❌ | ❌ | ❌ |
| agencies.create | ✅ | ❌ | ❌ | ❌ | ❌ |
| agencies.edit | ✅ | Own only | ❌ | ❌ | ❌ |
| agencies.delete | ✅ | ❌ | ❌ | ❌ | ❌ |
| Tenants | |||||
| tenants.view | ✅ | ✅ | ✅ | Own only | Own only |
| tenants.create | ✅ | ✅ | ❌ | ❌ | ❌ |
| tenants.edit | ✅ | ✅ | ❌ | Own only | ❌ |
| tenants.delete | ✅ | ✅ | ❌ | ❌ | ❌ |
| Phone Numbers | |||||
| phone_numbers.view | ✅ | ✅ | ✅ | ✅ | ✅ |
| phone_numbers.provision | ✅ | ✅ | ❌ | ❌ | ❌ |
| phone_numbers.configure | ✅ | ✅ | ❌ | ✅ | ❌ |
| phone_numbers.release | ✅ | ✅ | ❌ | ❌ | ❌ |
| Calls | |||||
| calls.view | ✅ | ✅ | ✅ | ✅ | ✅ |
| calls.listen | ✅ | ✅ | ✅ | ✅ | ✅ |
| calls.export | ✅ | ✅ | ❌ | ✅ | ❌ |
| calls.delete | ✅ | ✅ | ❌ | ❌ | ❌ |
| Knowledge Base | |||||
| knowledge.view | ✅ | ✅ | ✅ | ✅ | ✅ |
| knowledge.create | ✅ | ✅ | ❌ | ✅ | ❌ |
| knowledge.edit | ✅ | ✅ | ❌ | ✅ | ❌ |
| knowledge.delete | ✅ | ✅ | ❌ | ✅ | ❌ |
| Analytics | |||||
| analytics.view | ✅ | ✅ | ✅ | ✅ | ✅ |
| analytics.export | ✅ | ✅ | ❌ | ✅ | ❌ |
| analytics.advanced | ✅ | ✅ | ❌ | ❌ | ❌ |
| Users | |||||
| users.view | ✅ | ✅ | Own only | ✅ | Own only |
| users.create | ✅ | ✅ | ❌ | ✅ | ❌ |
| users.edit | ✅ | ✅ | Own only | ✅ | Own only |
| users.delete | ✅ | ✅ | ❌ | ✅ | ❌ |
| Settings | |||||
| settings.view | ✅ | ✅ | ✅ | ✅ | ✅ |
| settings.edit | ✅ | ✅ | ❌ | ✅ | ❌ |
| Billing | |||||
| billing.view | ✅ | ✅ | ❌ | ❌ | ❌ |
| billing.manage | ✅ | ✅ | ❌ | ❌ | ❌ |
"""
# What T9 names, and the row of the PRD whose spirit it is in.
_T9 = """
calls.control      settings.edit      # 20.6, 20.7: changes what a caller meets
calls.create       settings.edit      # outbound calls cost the client
calls.supervise    settings.edit      # no route of the API yet
recordings.delete  calls.delete
agents.view        knowledge.view     # with prompts, voices, personalities, greetings (004)
agents.edit        knowledge.edit
agents.publish     knowledge.edit
agents.delete      knowledge.delete
functions.view     knowledge.view     # and their logs
functions.edit     knowledge.edit
functions.delete   knowledge.delete
webhooks.view      settings.edit      # addresses and bodies of what leaves the house
webhooks.manage    settings.edit
api_keys.view      users.create       # a key is somebody who signs in
api_keys.manage    users.create
roles.view         users.create
roles.manage       users.create
credentials.view   billing.manage     # the agency's accounts at vendors
credentials.manage billing.manage
tenants.export     tenants.edit       # all that a client has
audit.view         settings.edit
audit.export       calls.export
pricing.manage     agencies.create    # plans and price books are the platform's (B)
events.view        agencies.create    # so is what vendors sent and could not be worked on
events.replay      agencies.create
carrier_connections.view   billing.manage  # accounts at carriers, as credentials are (G11)
carrier_connections.manage billing.manage
support_grants.view   billing.view     # T8: the agency sees who of the platform was in its view
support_grants.create agencies.create  # only somebody of the platform enters
support_grants.end    billing.manage   # either side ends it
"""
YES, OWN, NO = "✅", "Own only", "❌"  # within one's walls; one's own alone; not at all


def _rows() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in _PRD_15_2.splitlines():
        name, *marks = [cell.strip() for cell in line.strip("|").split("|")]
        if "." in name:
            found[name] = dict(zip(ROLES, marks, strict=True))
    for line in filter(None, _T9.splitlines()):
        name, like = line.partition("#")[0].split()
        found[name] = found[like]
    return found


MATRIX = _rows()
