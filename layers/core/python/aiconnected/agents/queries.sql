-- insert_prompt --
-- Add a prompt template.
INSERT INTO system_prompts (
    id, agency_id, tenant_id, name, description, category, content, variables, is_default
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(name)s,
    %(description)s,
    %(category)s,
    %(content)s,
    %(variables)s,
    %(is_default)s
)

-- insert_voice --
-- Add a voice.
INSERT INTO voice_configurations (
    id, agency_id, tenant_id, name, provider, model, speaking_rate, is_default
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(name)s,
    %(provider)s,
    %(model)s,
    %(speaking_rate)s,
    %(is_default)s
)

-- insert_personality --
-- Add a personality.
INSERT INTO agent_personalities (
    id, agency_id, tenant_id, name, persona, disclosure, is_default
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(name)s,
    %(persona)s,
    %(disclosure)s,
    %(is_default)s
)

-- insert_agent --
-- Add an agent.
INSERT INTO agents (id, agency_id, tenant_id, name, slug)
VALUES (%(id)s, %(agency_id)s, %(tenant_id)s, %(name)s, %(slug)s)

-- insert_line --
-- Add a line the agent speaks by heart.
INSERT INTO greetings (id, agency_id, tenant_id, agent_id, kind, position, content)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(agent_id)s,
    %(kind)s,
    %(position)s,
    %(content)s
)

-- insert_draft --
-- Add the next version of an agent, as a draft.
INSERT INTO agent_versions (
    id,
    agency_id,
    tenant_id,
    agent_id,
    version,
    language,
    system_prompt_id,
    voice_configuration_id,
    agent_personality_id,
    llm_provider,
    llm_model,
    max_tokens,
    stt_provider,
    stt_model,
    turn_preset,
    tools,
    retrieval,
    record,
    max_duration_s
)
SELECT
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(agent_id)s,
    coalesce(max(v.version), 0) + 1,
    %(language)s,
    %(system_prompt_id)s,
    %(voice_configuration_id)s,
    %(agent_personality_id)s,
    %(llm_provider)s,
    %(llm_model)s,
    %(max_tokens)s,
    %(stt_provider)s,
    %(stt_model)s,
    %(turn_preset)s,
    %(tools)s,
    %(retrieval)s,
    %(record)s,
    %(max_duration_s)s
FROM agent_versions AS v
WHERE v.tenant_id = %(tenant_id)s
    AND v.agent_id = %(agent_id)s

-- draft --
-- An agent's draft with its parts as they are now.
SELECT
    v.id,
    v.agent_id,
    g.name AS agent_name,
    v.version,
    v.language,
    v.llm_provider,
    v.llm_model,
    v.max_tokens,
    v.stt_provider,
    v.stt_model,
    v.turn_preset,
    v.tools,
    v.retrieval,
    v.record,
    v.max_duration_s,
    p.content AS prompt,
    p.variables,
    q.persona,
    q.disclosure,
    c.provider AS voice_provider,
    c.model AS voice_model,
    c.speaking_rate
FROM agent_versions AS v
JOIN agents AS g ON g.id = v.agent_id
JOIN system_prompts AS p ON p.id = v.system_prompt_id
JOIN agent_personalities AS q ON q.id = v.agent_personality_id
JOIN voice_configurations AS c ON c.id = v.voice_configuration_id
WHERE v.tenant_id = %(tenant_id)s
    AND v.agent_id = %(agent_id)s
    AND v.status = 'draft'

-- lines --
-- An agent's own lines, and the tenant's of the kinds it has none of.
SELECT
    r.kind,
    r.content,
    r.position
FROM greetings AS r
WHERE r.tenant_id = %(tenant_id)s
    AND r.language = %(language)s
    AND r.deleted_at IS NULL
    AND (
        r.agent_id = %(agent_id)s
        OR r.agent_id IS NULL AND NOT EXISTS (
            SELECT FROM greetings AS o
            WHERE o.tenant_id = r.tenant_id
                AND o.agent_id = %(agent_id)s
                AND o.kind = r.kind
                AND o.language = r.language
                AND o.deleted_at IS NULL
        )
    )
ORDER BY r.kind, r.position

-- archive_published --
-- The published version gives way.
UPDATE agent_versions
SET status = 'archived'
WHERE tenant_id = %(tenant_id)s
    AND agent_id = %(agent_id)s
    AND status = 'published'

-- publish --
-- A draft becomes the published version, frozen.
UPDATE agent_versions
SET
    status = 'published',
    snapshot = %(snapshot)s,
    published_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND status = 'draft'

-- published --
-- The version that an active agent answers with.
SELECT
    v.id,
    v.agent_id,
    v.version,
    v.snapshot
FROM agent_versions AS v
JOIN agents AS g ON g.id = v.agent_id AND g.status = 'active' AND g.deleted_at IS NULL
WHERE v.tenant_id = %(tenant_id)s
    AND v.agent_id = %(agent_id)s
    AND v.status = 'published'

-- version --
-- One published or archived version: what a call that is already open answers with.
SELECT
    v.id,
    v.agent_id,
    v.version,
    v.snapshot
FROM agent_versions AS v
WHERE v.tenant_id = %(tenant_id)s
    AND v.id = %(version_id)s
    AND v.status <> 'draft'

-- business_hours --
-- A tenant's week.
SELECT
    h.weekday,
    h.opens,
    h.closes
FROM business_hours AS h
WHERE h.tenant_id = %(tenant_id)s
ORDER BY h.weekday, h.opens

-- holidays --
-- A tenant's holidays from a day on.
SELECT
    h.day,
    h.name,
    h.opens,
    h.closes
FROM holidays AS h
WHERE h.tenant_id = %(tenant_id)s
    AND h.day >= %(since)s
ORDER BY h.day

-- delete_business_hours --
-- Make room for another week.
DELETE FROM business_hours
WHERE tenant_id = %(tenant_id)s

-- insert_business_hours --
-- Add an opening interval.
INSERT INTO business_hours (id, agency_id, tenant_id, weekday, opens, closes)
VALUES (%(id)s, %(agency_id)s, %(tenant_id)s, %(weekday)s, %(opens)s, %(closes)s)

-- put_holiday --
-- Add a holiday or replace the one of that day.
INSERT INTO holidays (id, agency_id, tenant_id, day, name, opens, closes)
VALUES (%(id)s, %(agency_id)s, %(tenant_id)s, %(day)s, %(name)s, %(opens)s, %(closes)s)
ON CONFLICT (tenant_id, day) DO UPDATE
SET
    name = excluded.name,
    opens = excluded.opens,
    closes = excluded.closes

-- answering --
-- Published versions behind active numbers, the latest published first.
-- cross-tenant: a realtime host has the lines at hand of whichever agents it may answer for
SELECT
    agent_versions.tenant_id,
    agent_versions.id AS version_id
FROM agent_versions
WHERE
    agent_versions.status = 'published'
    AND EXISTS (
        SELECT 1
        FROM phone_numbers
        WHERE
            phone_numbers.agent_id = agent_versions.agent_id
            AND phone_numbers.status = 'active'
            AND phone_numbers.deleted_at IS NULL
    )
ORDER BY agent_versions.published_at DESC
LIMIT %(limit)s
