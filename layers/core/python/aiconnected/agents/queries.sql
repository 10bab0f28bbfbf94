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
    id, agency_id, tenant_id, name, provider, model, speaking_rate, settings, is_default
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(name)s,
    %(provider)s,
    %(model)s,
    %(speaking_rate)s,
    %(settings)s,
    %(is_default)s
)

-- insert_personality --
-- Add a personality.
INSERT INTO agent_personalities (
    id, agency_id, tenant_id, name, persona, disclosure, settings, is_default
)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(name)s,
    %(persona)s,
    %(disclosure)s,
    %(settings)s,
    %(is_default)s
)

-- insert_agent --
-- Add an agent.
INSERT INTO agents (id, agency_id, tenant_id, name, slug, description, status, metadata)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(name)s,
    %(slug)s,
    %(description)s,
    %(status)s,
    %(metadata)s
)

-- insert_line --
-- Add a line the agent speaks by heart.
INSERT INTO greetings (id, agency_id, tenant_id, agent_id, kind, position, language, content)
VALUES (
    %(id)s,
    %(agency_id)s,
    %(tenant_id)s,
    %(agent_id)s,
    %(kind)s,
    %(position)s,
    %(language)s,
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
    custom_function_ids,
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
    %(tools)s::text[],
    %(custom_function_ids)s::uuid[],
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
    v.custom_function_ids,
    v.retrieval,
    v.record,
    v.max_duration_s,
    v.updated_at,
    array_remove(
        ARRAY[
            CASE WHEN p.deleted_at IS NOT NULL THEN 'system_prompt_id' END,
            CASE WHEN c.deleted_at IS NOT NULL THEN 'voice_configuration_id' END,
            CASE WHEN q.deleted_at IS NOT NULL THEN 'agent_personality_id' END
        ],
        NULL
    ) AS gone,
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

-- holidays_page --
-- Holidays as they are listed.
SELECT
    h.id,
    h.agency_id,
    h.tenant_id,
    h.day,
    h.name,
    h.opens,
    h.closes,
    h.created_at,
    h.updated_at
FROM holidays AS h
WHERE h.tenant_id = %(tenant_id)s
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- holiday --
-- One holiday, kept from other writers until the transaction ends.
SELECT
    h.id,
    h.agency_id,
    h.tenant_id,
    h.day,
    h.name,
    h.opens,
    h.closes,
    h.created_at,
    h.updated_at
FROM holidays AS h
WHERE h.tenant_id = %(tenant_id)s
    AND h.id = %(id)s
FOR NO KEY UPDATE

-- insert_holiday --
-- Add a holiday.
INSERT INTO holidays (id, agency_id, tenant_id, day, name, opens, closes)
VALUES (%(id)s, %(agency_id)s, %(tenant_id)s, %(day)s, %(name)s, %(opens)s, %(closes)s)

-- change_holiday --
-- Set columns of a holiday.
UPDATE holidays
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- delete_holiday --
-- Remove a holiday.
DELETE FROM holidays
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- prompts_page --
-- Prompts as they are listed.
-- cross-tenant: the row policies keep it to the agency or the tenant
SELECT
    p.id,
    p.agency_id,
    p.tenant_id,
    p.name,
    p.description,
    p.category,
    p.content,
    p.variables,
    p.is_default,
    p.created_at,
    p.updated_at
FROM system_prompts AS p
WHERE p.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- prompt --
-- A prompt.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    p.id,
    p.agency_id,
    p.tenant_id,
    p.name,
    p.description,
    p.category,
    p.content,
    p.variables,
    p.is_default,
    p.created_at,
    p.updated_at
FROM system_prompts AS p
WHERE p.id = %(id)s
    AND p.deleted_at IS NULL

-- lock_prompt --
-- A prompt, kept from other writers until the transaction ends.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    p.id,
    p.agency_id,
    p.tenant_id,
    p.name,
    p.description,
    p.category,
    p.content,
    p.variables,
    p.is_default,
    p.created_at,
    p.updated_at
FROM system_prompts AS p
WHERE p.id = %(id)s
    AND p.deleted_at IS NULL
FOR NO KEY UPDATE

-- change_prompt --
-- Set columns of a prompt.
UPDATE system_prompts
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- delete_prompt --
-- A prompt is gone.
UPDATE system_prompts
SET deleted_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- prompt_gives_way --
-- Another one becomes the default.
UPDATE system_prompts
SET is_default = false
WHERE tenant_id = %(tenant_id)s
    AND is_default
    AND deleted_at IS NULL

-- default_prompt --
-- What agents are made of that name no other.
SELECT p.id
FROM system_prompts AS p
WHERE p.tenant_id = %(tenant_id)s
    AND p.is_default
    AND p.deleted_at IS NULL

-- prompt_drafted --
-- Whether a draft is made of it.
SELECT EXISTS (
    SELECT FROM agent_versions AS v
    JOIN agents AS g ON g.id = v.agent_id AND g.deleted_at IS NULL
    WHERE v.tenant_id = %(tenant_id)s
        AND v.system_prompt_id = %(id)s
        AND v.status = 'draft'
)

-- voices_page --
-- Voices as they are listed.
-- cross-tenant: the row policies keep it to the agency or the tenant
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.name,
    c.provider,
    c.model,
    c.speaking_rate,
    c.settings,
    c.is_default,
    c.created_at,
    c.updated_at
FROM voice_configurations AS c
WHERE c.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- voice --
-- A voice.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.name,
    c.provider,
    c.model,
    c.speaking_rate,
    c.settings,
    c.is_default,
    c.created_at,
    c.updated_at
FROM voice_configurations AS c
WHERE c.id = %(id)s
    AND c.deleted_at IS NULL

-- lock_voice --
-- A voice, kept from other writers until the transaction ends.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    c.id,
    c.agency_id,
    c.tenant_id,
    c.name,
    c.provider,
    c.model,
    c.speaking_rate,
    c.settings,
    c.is_default,
    c.created_at,
    c.updated_at
FROM voice_configurations AS c
WHERE c.id = %(id)s
    AND c.deleted_at IS NULL
FOR NO KEY UPDATE

-- change_voice --
-- Set columns of a voice.
UPDATE voice_configurations
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- delete_voice --
-- A voice is gone.
UPDATE voice_configurations
SET deleted_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- voice_gives_way --
-- Another one becomes the default.
UPDATE voice_configurations
SET is_default = false
WHERE tenant_id = %(tenant_id)s
    AND is_default
    AND deleted_at IS NULL

-- default_voice --
-- What agents are made of that name no other.
SELECT c.id
FROM voice_configurations AS c
WHERE c.tenant_id = %(tenant_id)s
    AND c.is_default
    AND c.deleted_at IS NULL

-- voice_drafted --
-- Whether a draft is made of it.
SELECT EXISTS (
    SELECT FROM agent_versions AS v
    JOIN agents AS g ON g.id = v.agent_id AND g.deleted_at IS NULL
    WHERE v.tenant_id = %(tenant_id)s
        AND v.voice_configuration_id = %(id)s
        AND v.status = 'draft'
)

-- personalities_page --
-- Personalities as they are listed.
-- cross-tenant: the row policies keep it to the agency or the tenant
SELECT
    q.id,
    q.agency_id,
    q.tenant_id,
    q.name,
    q.persona,
    q.disclosure,
    q.settings,
    q.is_default,
    q.created_at,
    q.updated_at
FROM agent_personalities AS q
WHERE q.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- personality --
-- A personality.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    q.id,
    q.agency_id,
    q.tenant_id,
    q.name,
    q.persona,
    q.disclosure,
    q.settings,
    q.is_default,
    q.created_at,
    q.updated_at
FROM agent_personalities AS q
WHERE q.id = %(id)s
    AND q.deleted_at IS NULL

-- lock_personality --
-- A personality, kept from other writers until the transaction ends.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    q.id,
    q.agency_id,
    q.tenant_id,
    q.name,
    q.persona,
    q.disclosure,
    q.settings,
    q.is_default,
    q.created_at,
    q.updated_at
FROM agent_personalities AS q
WHERE q.id = %(id)s
    AND q.deleted_at IS NULL
FOR NO KEY UPDATE

-- change_personality --
-- Set columns of a personality.
UPDATE agent_personalities
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- delete_personality --
-- A personality is gone.
UPDATE agent_personalities
SET deleted_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- personality_gives_way --
-- Another one becomes the default.
UPDATE agent_personalities
SET is_default = false
WHERE tenant_id = %(tenant_id)s
    AND is_default
    AND deleted_at IS NULL

-- default_personality --
-- What agents are made of that name no other.
SELECT q.id
FROM agent_personalities AS q
WHERE q.tenant_id = %(tenant_id)s
    AND q.is_default
    AND q.deleted_at IS NULL

-- personality_drafted --
-- Whether a draft is made of it.
SELECT EXISTS (
    SELECT FROM agent_versions AS v
    JOIN agents AS g ON g.id = v.agent_id AND g.deleted_at IS NULL
    WHERE v.tenant_id = %(tenant_id)s
        AND v.agent_personality_id = %(id)s
        AND v.status = 'draft'
)

-- greetings_page --
-- Lines as they are listed.
-- cross-tenant: the row policies keep it to the agency or the tenant
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.agent_id,
    r.kind,
    r.position,
    r.language,
    r.content,
    r.created_at,
    r.updated_at
FROM greetings AS r
WHERE r.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- greeting --
-- A line.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.agent_id,
    r.kind,
    r.position,
    r.language,
    r.content,
    r.created_at,
    r.updated_at
FROM greetings AS r
WHERE r.id = %(id)s
    AND r.deleted_at IS NULL

-- lock_greeting --
-- A line, kept from other writers until the transaction ends.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    r.id,
    r.agency_id,
    r.tenant_id,
    r.agent_id,
    r.kind,
    r.position,
    r.language,
    r.content,
    r.created_at,
    r.updated_at
FROM greetings AS r
WHERE r.id = %(id)s
    AND r.deleted_at IS NULL
FOR NO KEY UPDATE

-- change_greeting --
-- Set columns of a line.
UPDATE greetings
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- delete_greeting --
-- A line is gone.
UPDATE greetings
SET deleted_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- agents_page --
-- Agents as they are listed.
-- cross-tenant: the row policies keep it to the agency or the tenant
SELECT
    g.id,
    g.agency_id,
    g.tenant_id,
    g.name,
    g.slug,
    g.description,
    g.status,
    g.metadata,
    (
        SELECT v.version
        FROM agent_versions AS v
        WHERE v.agent_id = g.id
            AND v.status = 'published'
    ) AS published_version,
    EXISTS (
        SELECT FROM agent_versions AS v
        WHERE v.agent_id = g.id
            AND v.status = 'draft'
    ) AS has_draft,
    g.created_at,
    g.updated_at
FROM agents AS g
WHERE g.deleted_at IS NULL
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- agent --
-- One agent.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    g.id,
    g.agency_id,
    g.tenant_id,
    g.name,
    g.slug,
    g.description,
    g.status,
    g.metadata,
    (
        SELECT v.version
        FROM agent_versions AS v
        WHERE v.agent_id = g.id
            AND v.status = 'published'
    ) AS published_version,
    EXISTS (
        SELECT FROM agent_versions AS v
        WHERE v.agent_id = g.id
            AND v.status = 'draft'
    ) AS has_draft,
    g.created_at,
    g.updated_at
FROM agents AS g
WHERE g.id = %(id)s
    AND g.deleted_at IS NULL

-- lock_agent --
-- One agent, kept from other writers until the transaction ends.
-- cross-tenant: the id says whose it is, and the row policies whether the asker may know
SELECT
    g.id,
    g.agency_id,
    g.tenant_id,
    g.name,
    g.slug,
    g.description,
    g.status,
    g.metadata,
    (
        SELECT v.version
        FROM agent_versions AS v
        WHERE v.agent_id = g.id
            AND v.status = 'published'
    ) AS published_version,
    EXISTS (
        SELECT FROM agent_versions AS v
        WHERE v.agent_id = g.id
            AND v.status = 'draft'
    ) AS has_draft,
    g.created_at,
    g.updated_at
FROM agents AS g
WHERE g.id = %(id)s
    AND g.deleted_at IS NULL
FOR NO KEY UPDATE OF g

-- change_agent --
-- Set columns of an agent.
UPDATE agents
SET /* changes */ id = id
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- delete_agent --
-- An agent is gone.
UPDATE agents
SET deleted_at = %(now)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s

-- agent_has_numbers --
-- Whether telephone numbers lead to an agent.
SELECT EXISTS (
    SELECT FROM phone_numbers AS n
    WHERE n.tenant_id = %(tenant_id)s
        AND n.agent_id = %(id)s
        AND n.deleted_at IS NULL
        AND n.status <> 'released'
)

-- versions_page --
-- Versions of an agent as they are listed.
SELECT
    v.id,
    v.agency_id,
    v.tenant_id,
    v.agent_id,
    v.version,
    v.status,
    v.language,
    v.system_prompt_id,
    v.voice_configuration_id,
    v.agent_personality_id,
    v.llm_provider,
    v.llm_model,
    v.max_tokens,
    v.stt_provider,
    v.stt_model,
    v.turn_preset,
    v.tools,
    v.custom_function_ids,
    v.retrieval,
    v.record,
    v.max_duration_s,
    v.snapshot,
    v.published_at,
    v.created_at,
    v.updated_at
FROM agent_versions AS v
WHERE v.tenant_id = %(tenant_id)s
    AND v.agent_id = %(agent_id)s
    AND /* conditions */ TRUE
ORDER BY /* order */ 1
LIMIT %(limit)s
OFFSET %(offset)s

-- one_version --
-- A version of an agent.
SELECT
    v.id,
    v.agency_id,
    v.tenant_id,
    v.agent_id,
    v.version,
    v.status,
    v.language,
    v.system_prompt_id,
    v.voice_configuration_id,
    v.agent_personality_id,
    v.llm_provider,
    v.llm_model,
    v.max_tokens,
    v.stt_provider,
    v.stt_model,
    v.turn_preset,
    v.tools,
    v.custom_function_ids,
    v.retrieval,
    v.record,
    v.max_duration_s,
    v.snapshot,
    v.published_at,
    v.created_at,
    v.updated_at
FROM agent_versions AS v
WHERE v.tenant_id = %(tenant_id)s
    AND v.agent_id = %(agent_id)s
    AND v.id = %(id)s

-- drafted_version --
-- The draft of an agent.
SELECT
    v.id,
    v.agency_id,
    v.tenant_id,
    v.agent_id,
    v.version,
    v.status,
    v.language,
    v.system_prompt_id,
    v.voice_configuration_id,
    v.agent_personality_id,
    v.llm_provider,
    v.llm_model,
    v.max_tokens,
    v.stt_provider,
    v.stt_model,
    v.turn_preset,
    v.tools,
    v.custom_function_ids,
    v.retrieval,
    v.record,
    v.max_duration_s,
    v.snapshot,
    v.published_at,
    v.created_at,
    v.updated_at
FROM agent_versions AS v
WHERE v.tenant_id = %(tenant_id)s
    AND v.agent_id = %(agent_id)s
    AND v.status = 'draft'

-- replace_draft --
-- Put other content in the place of a draft's.
UPDATE agent_versions
SET
    language = %(language)s,
    system_prompt_id = %(system_prompt_id)s,
    voice_configuration_id = %(voice_configuration_id)s,
    agent_personality_id = %(agent_personality_id)s,
    llm_provider = %(llm_provider)s,
    llm_model = %(llm_model)s,
    max_tokens = %(max_tokens)s,
    stt_provider = %(stt_provider)s,
    stt_model = %(stt_model)s,
    turn_preset = %(turn_preset)s,
    tools = %(tools)s::text[],
    custom_function_ids = %(custom_function_ids)s::uuid[],
    retrieval = %(retrieval)s,
    record = %(record)s,
    max_duration_s = %(max_duration_s)s
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND status = 'draft'

-- delete_draft --
-- A draft is not wanted any more.
DELETE FROM agent_versions
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND status = 'draft'

-- publish_again --
-- An archived version answers again.
UPDATE agent_versions
SET status = 'published'
WHERE tenant_id = %(tenant_id)s
    AND id = %(id)s
    AND status = 'archived'

-- parts_of_tenant --
-- Which of three parts are there.
SELECT
    EXISTS (
        SELECT FROM system_prompts AS p
        WHERE p.tenant_id = %(tenant_id)s
            AND p.id = %(system_prompt_id)s
            AND p.deleted_at IS NULL
    ) AS prompt,
    EXISTS (
        SELECT FROM voice_configurations AS c
        WHERE c.tenant_id = %(tenant_id)s
            AND c.id = %(voice_configuration_id)s
            AND c.deleted_at IS NULL
    ) AS voice,
    EXISTS (
        SELECT FROM agent_personalities AS q
        WHERE q.tenant_id = %(tenant_id)s
            AND q.id = %(agent_personality_id)s
            AND q.deleted_at IS NULL
    ) AS personality
