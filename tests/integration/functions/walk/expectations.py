"""Which permission every route asks for: resource and action, mapped by hand, route by route.

By the sections of the PRD (17 to 22) and of the requirements (T, A, B), not by what the routes
declare. A new route needs a line here: its method, its path, and the row of `matrix.py` that it
falls under; `public` where anybody may ask, `signed_in` where every account may.
"""

PUBLIC, SIGNED_IN = "public", "signed_in"

_ROUTES = """
# A5: the description, health and readiness
GET    /health public
GET    /health/ready public
GET    /api/v1/health public
GET    /api/v1/readiness public
GET    /openapi.json public
GET    /docs public
# 14.3, T3: signing in and out; one's own account and sessions
POST   /api/v1/auth/sign-up public
POST   /api/v1/auth/login public
POST   /api/v1/auth/refresh public
POST   /api/v1/auth/logout public
POST   /api/v1/auth/password/forgot public
POST   /api/v1/auth/password/reset public
POST   /api/v1/auth/password/change signed_in
POST   /api/v1/auth/email/verify public
POST   /api/v1/auth/email/resend public
POST   /api/v1/auth/invitations/accept public
GET    /api/v1/auth/me signed_in
GET    /api/v1/auth/sessions signed_in
DELETE /api/v1/auth/sessions signed_in
DELETE /api/v1/auth/sessions/{session_id} signed_in
# 17 Agencies. 17.1 lists for the platform alone, 17.2 shows agency users their own: the matrix wins
GET    /api/v1/agencies agencies.view
POST   /api/v1/agencies agencies.create
GET    /api/v1/agencies/{agency_id} agencies.view
PATCH  /api/v1/agencies/{agency_id} agencies.edit
DELETE /api/v1/agencies/{agency_id} agencies.delete
# 18 Tenants. Quotas, and whether a client is served at all, are decided where clients are deleted
GET    /api/v1/tenants tenants.view
POST   /api/v1/tenants tenants.create
GET    /api/v1/tenants/{tenant_id} tenants.view
PATCH  /api/v1/tenants/{tenant_id} tenants.edit
DELETE /api/v1/tenants/{tenant_id} tenants.delete
POST   /api/v1/tenants/{tenant_id}/restore tenants.delete
POST   /api/v1/tenants/{tenant_id}/suspend tenants.delete
POST   /api/v1/tenants/{tenant_id}/reactivate tenants.delete
GET    /api/v1/tenants/{tenant_id}/branding tenants.view
GET    /api/v1/tenants/{tenant_id}/quotas tenants.view
PUT    /api/v1/tenants/{tenant_id}/quotas tenants.delete
# T9: all that a client has
POST   /api/v1/tenants/{tenant_id}/exports tenants.export
GET    /api/v1/tenants/{tenant_id}/exports tenants.export
GET    /api/v1/tenants/{tenant_id}/exports/{export_id} tenants.export
# 18.6 Settings, with opening hours. 18.6 has tenant admins and higher: the matrix wins
GET    /api/v1/tenants/{tenant_id}/settings settings.view
PUT    /api/v1/tenants/{tenant_id}/settings settings.edit
GET    /api/v1/tenants/{tenant_id}/business-hours settings.view
PUT    /api/v1/tenants/{tenant_id}/business-hours settings.edit
GET    /api/v1/tenants/{tenant_id}/holidays settings.view
POST   /api/v1/tenants/{tenant_id}/holidays settings.edit
GET    /api/v1/tenants/{tenant_id}/holidays/{holiday_id} settings.view
PATCH  /api/v1/tenants/{tenant_id}/holidays/{holiday_id} settings.edit
DELETE /api/v1/tenants/{tenant_id}/holidays/{holiday_id} settings.edit
# Times on offer are a client's hours, for one chair or one van
GET    /api/v1/appointment-slots settings.view
POST   /api/v1/appointment-slots settings.edit
GET    /api/v1/appointment-slots/{slot_id} settings.view
DELETE /api/v1/appointment-slots/{slot_id} settings.edit
# 19 Phone numbers
GET    /api/v1/phone-numbers phone_numbers.view
GET    /api/v1/phone-numbers/available phone_numbers.provision
GET    /api/v1/phone-numbers/carriers phone_numbers.view
POST   /api/v1/phone-numbers phone_numbers.provision
GET    /api/v1/phone-numbers/{phone_number_id} phone_numbers.view
PATCH  /api/v1/phone-numbers/{phone_number_id} phone_numbers.configure
DELETE /api/v1/phone-numbers/{phone_number_id} phone_numbers.release
# 20 Calls. Callbacks and opt-outs say whom to call: seen as calls, made as calls; so are
# appointments, which are booked in calls
GET    /api/v1/calls calls.view
GET    /api/v1/calls/export calls.export
GET    /api/v1/calls/{call_id} calls.view
DELETE /api/v1/calls/{call_id} calls.delete
GET    /api/v1/calls/{call_id}/transcript calls.view
GET    /api/v1/calls/{call_id}/transcript/export calls.export
GET    /api/v1/calls/{call_id}/events calls.view
GET    /api/v1/calls/{call_id}/recording calls.listen
DELETE /api/v1/calls/{call_id}/recording recordings.delete
POST   /api/calls/outbound calls.create
POST   /api/v1/calls/outbound calls.create
POST   /api/v1/calls/{call_id}/hangup calls.control
POST   /api/v1/calls/{call_id}/transfer calls.control
POST   /api/v1/calls/{call_id}/hold calls.control
POST   /api/v1/calls/{call_id}/resume calls.control
GET    /api/v1/callbacks calls.view
POST   /api/v1/callbacks calls.create
GET    /api/v1/callbacks/{callback_id} calls.view
PATCH  /api/v1/callbacks/{callback_id} calls.create
DELETE /api/v1/callbacks/{callback_id} calls.create
GET    /api/v1/appointments calls.view
POST   /api/v1/appointments calls.create
GET    /api/v1/appointments/{appointment_id} calls.view
PATCH  /api/v1/appointments/{appointment_id} calls.create
DELETE /api/v1/appointments/{appointment_id} calls.create
GET    /api/v1/opt-outs calls.view
POST   /api/v1/opt-outs calls.create
GET    /api/v1/opt-outs/{opt_out_id} calls.view
DELETE /api/v1/opt-outs/{opt_out_id} calls.create
# 21 Knowledge base. What is processed again is edited; 21.9 searches are views
GET    /api/v1/knowledge-bases knowledge.view
POST   /api/v1/knowledge-bases knowledge.create
GET    /api/v1/knowledge-bases/{knowledge_base_id} knowledge.view
PATCH  /api/v1/knowledge-bases/{knowledge_base_id} knowledge.edit
DELETE /api/v1/knowledge-bases/{knowledge_base_id} knowledge.delete
POST   /api/v1/knowledge-bases/{knowledge_base_id}/query knowledge.view
POST   /api/v1/knowledge-bases/{knowledge_base_id}/search knowledge.view
POST   /api/v1/knowledge-bases/{knowledge_base_id}/documents knowledge.create
POST   /api/v1/knowledge-bases/{knowledge_base_id}/documents/pages knowledge.create
POST   /api/v1/knowledge-bases/{knowledge_base_id}/documents/files knowledge.create
POST   /api/v1/knowledge-bases/{knowledge_base_id}/documents/uploads knowledge.create
POST   /api/v1/knowledge-bases/{knowledge_base_id}/documents/{document_id}/complete knowledge.create
GET    /api/v1/knowledge-bases/{knowledge_base_id}/documents knowledge.view
GET    /api/v1/knowledge-bases/{knowledge_base_id}/documents/{document_id} knowledge.view
PATCH  /api/v1/knowledge-bases/{knowledge_base_id}/documents/{document_id} knowledge.edit
POST   /api/v1/knowledge-bases/{knowledge_base_id}/documents/{document_id}/reprocess knowledge.edit
DELETE /api/v1/knowledge-bases/{knowledge_base_id}/documents/{document_id} knowledge.delete
# B4 Analytics. Latency by stage is what is advanced
GET    /api/v1/analytics/summary analytics.view
GET    /api/v1/analytics/calls analytics.view
GET    /api/v1/analytics/usage analytics.view
GET    /api/v1/analytics/quality analytics.view
GET    /api/v1/analytics/latency analytics.advanced
GET    /api/v1/analytics/export analytics.export
# T1, T3 Users; who is invited is made
GET    /api/v1/users users.view
GET    /api/v1/users/{user_id} users.view
PATCH  /api/v1/users/{user_id} users.edit
PUT    /api/v1/users/{user_id}/role users.edit
POST   /api/v1/users/{user_id}/suspend users.edit
POST   /api/v1/users/{user_id}/reactivate users.edit
DELETE /api/v1/users/{user_id} users.delete
GET    /api/v1/invitations users.create
POST   /api/v1/invitations users.create
GET    /api/v1/invitations/{invitation_id} users.create
POST   /api/v1/invitations/{invitation_id}/resend users.create
DELETE /api/v1/invitations/{invitation_id} users.create
# T4, T5, T9 Roles, keys and credentials
GET    /api/v1/permissions roles.view
GET    /api/v1/roles roles.view
POST   /api/v1/roles roles.manage
GET    /api/v1/roles/{role_id} roles.view
PATCH  /api/v1/roles/{role_id} roles.manage
DELETE /api/v1/roles/{role_id} roles.manage
GET    /api/v1/users/{user_id}/roles roles.view
PUT    /api/v1/users/{user_id}/roles/{role_id} roles.manage
DELETE /api/v1/users/{user_id}/roles/{role_id} roles.manage
GET    /api/v1/api-keys api_keys.view
POST   /api/v1/api-keys api_keys.manage
GET    /api/v1/api-keys/{api_key_id} api_keys.view
POST   /api/v1/api-keys/{api_key_id}/rotate api_keys.manage
DELETE /api/v1/api-keys/{api_key_id} api_keys.manage
GET    /api/v1/credentials credentials.view
POST   /api/v1/credentials credentials.manage
GET    /api/v1/credentials/{credential_id} credentials.view
PATCH  /api/v1/credentials/{credential_id} credentials.manage
DELETE /api/v1/credentials/{credential_id} credentials.manage
# 004 Agents, prompts and what they are made of; functions and their logs
GET    /api/v1/models signed_in
GET    /api/v1/agents agents.view
POST   /api/v1/agents agents.edit
GET    /api/v1/agents/{agent_id} agents.view
PUT    /api/v1/agents/{agent_id} agents.edit
PATCH  /api/v1/agents/{agent_id} agents.edit
DELETE /api/v1/agents/{agent_id} agents.delete
DELETE /api/v1/agents/{agent_id}/draft agents.edit
GET    /api/v1/agents/{agent_id}/draft agents.view
PUT    /api/v1/agents/{agent_id}/draft agents.edit
POST   /api/v1/agents/{agent_id}/publish agents.publish
GET    /api/v1/agents/{agent_id}/versions agents.view
GET    /api/v1/agents/{agent_id}/versions/{version_id} agents.view
POST   /api/v1/agents/{agent_id}/versions/{version_id}/rollback agents.publish
GET    /api/v1/system-prompts agents.view
POST   /api/v1/system-prompts agents.edit
GET    /api/v1/system-prompts/{prompt_id} agents.view
PUT    /api/v1/system-prompts/{prompt_id} agents.edit
PATCH  /api/v1/system-prompts/{prompt_id} agents.edit
DELETE /api/v1/system-prompts/{prompt_id} agents.delete
POST   /api/v1/system-prompts/{prompt_id}/preview agents.view
GET    /api/v1/voice-configurations agents.view
POST   /api/v1/voice-configurations agents.edit
GET    /api/v1/voice-configurations/{voice_id} agents.view
PATCH  /api/v1/voice-configurations/{voice_id} agents.edit
DELETE /api/v1/voice-configurations/{voice_id} agents.delete
GET    /api/v1/agent-personalities agents.view
POST   /api/v1/agent-personalities agents.edit
GET    /api/v1/agent-personalities/{personality_id} agents.view
PATCH  /api/v1/agent-personalities/{personality_id} agents.edit
DELETE /api/v1/agent-personalities/{personality_id} agents.delete
GET    /api/v1/greetings agents.view
POST   /api/v1/greetings agents.edit
GET    /api/v1/greetings/{greeting_id} agents.view
PATCH  /api/v1/greetings/{greeting_id} agents.edit
DELETE /api/v1/greetings/{greeting_id} agents.delete
GET    /api/v1/custom-functions functions.view
POST   /api/v1/custom-functions functions.edit
GET    /api/v1/custom-functions/{function_id} functions.view
PUT    /api/v1/custom-functions/{function_id} functions.edit
PATCH  /api/v1/custom-functions/{function_id} functions.edit
DELETE /api/v1/custom-functions/{function_id} functions.delete
POST   /api/v1/custom-functions/{function_id}/rotate-secret functions.edit
GET    /api/v1/function-calls functions.view
GET    /api/v1/function-calls/{function_call_id} functions.view
# B Billing; plans and prices are the platform's
GET    /api/v1/plans billing.view
POST   /api/v1/plans pricing.manage
GET    /api/v1/plans/{plan_id} billing.view
PATCH  /api/v1/plans/{plan_id} pricing.manage
DELETE /api/v1/plans/{plan_id} pricing.manage
GET    /api/v1/rates billing.view
POST   /api/v1/rates pricing.manage
GET    /api/v1/rates/{rate_id} billing.view
DELETE /api/v1/rates/{rate_id} pricing.manage
GET    /api/v1/subscriptions billing.view
GET    /api/v1/subscriptions/{subscription_id} billing.view
GET    /api/v1/invoices billing.view
GET    /api/v1/invoices/{invoice_id} billing.view
GET    /api/v1/billing-events billing.view
GET    /api/v1/billing-events/{billing_event_id} billing.view
# T7 Audit log
GET    /api/v1/audit-log audit.view
GET    /api/v1/audit-log/{entry_id} audit.view
GET    /api/v1/audit-log.csv audit.export
GET    /api/v1/audit-log.jsonl audit.export
# A7 Webhooks out; the catalogue of events is for every account
GET    /api/v1/webhooks/events signed_in
GET    /api/v1/webhooks/endpoints webhooks.view
POST   /api/v1/webhooks/endpoints webhooks.manage
GET    /api/v1/webhooks/endpoints/{endpoint_id} webhooks.view
PATCH  /api/v1/webhooks/endpoints/{endpoint_id} webhooks.manage
DELETE /api/v1/webhooks/endpoints/{endpoint_id} webhooks.manage
POST   /api/v1/webhooks/endpoints/{endpoint_id}/rotate-secret webhooks.manage
POST   /api/v1/webhooks/endpoints/{endpoint_id}/test webhooks.manage
GET    /api/v1/webhooks/endpoints/{endpoint_id}/deliveries webhooks.view
GET    /api/v1/webhooks/endpoints/{endpoint_id}/deliveries/{delivery_id} webhooks.view
POST   /api/v1/webhooks/endpoints/{endpoint_id}/deliveries/{delivery_id}/replay webhooks.manage
POST   /api/v1/webhooks/endpoints/{endpoint_id}/replay webhooks.manage
# A4 Recordings
GET    /api/v1/recordings calls.view
GET    /api/v1/recordings/{recording_id} calls.view
GET    /api/v1/recordings/{recording_id}/link calls.listen
DELETE /api/v1/recordings/{recording_id} recordings.delete
# G11 Connections to carriers
GET    /api/v1/carrier-connections carrier_connections.view
POST   /api/v1/carrier-connections carrier_connections.manage
GET    /api/v1/carrier-connections/{carrier_connection_id} carrier_connections.view
PATCH  /api/v1/carrier-connections/{carrier_connection_id} carrier_connections.manage
DELETE /api/v1/carrier-connections/{carrier_connection_id} carrier_connections.manage
# T8 Support in an agency's view
GET    /api/v1/support-grants support_grants.view
POST   /api/v1/support-grants support_grants.create
GET    /api/v1/support-grants/{support_grant_id} support_grants.view
POST   /api/v1/support-grants/{support_grant_id}/end support_grants.end
# Exports that come back: whoever may make a client may make one of an export
POST   /api/v1/agencies/{agency_id}/imports tenants.create
GET    /api/v1/agencies/{agency_id}/imports tenants.create
GET    /api/v1/agencies/{agency_id}/imports/{import_id} tenants.create
POST   /api/v1/agencies/{agency_id}/imports/{import_id}/complete tenants.create
# A6, 22 Webhooks in: the sender's signature; T9 what could not be worked on
GET    /api/v1/received-events events.view
GET    /api/v1/received-events/{received_event_id} events.view
POST   /api/v1/received-events/{received_event_id}/replay events.replay
POST   /api/v1/webhooks/stripe public
POST   /api/twilio/incoming public
POST   /api/v1/webhooks/twilio/voice public
POST   /api/v1/webhooks/twilio/after public
POST   /api/twilio/outbound-connect public
POST   /api/v1/webhooks/twilio/outbound public
POST   /api/twilio/status public
POST   /api/v1/webhooks/twilio/status public
"""
EXPECTED: dict[tuple[str, str], str] = {
    (method, path): needed
    for line in _ROUTES.splitlines()
    if line and not line.startswith("#")
    for method, path, needed in [line.split()]
}
# Rows that belong to nobody: whoever has the permission sees them all.
OF_THE_PLATFORM = {
    route for route in EXPECTED if route[1].startswith(("/api/v1/plans", "/api/v1/received-events"))
}
# Whoever may change only themselves may change no role and no status, their own included.
OF_ADMINISTRATORS = {
    ("PUT", "/api/v1/users/{user_id}/role"),
    ("POST", "/api/v1/users/{user_id}/suspend"),
    ("POST", "/api/v1/users/{user_id}/reactivate"),
}
# Path parameters that are no ids of rows.
VALUES: dict[str, str] = {}
