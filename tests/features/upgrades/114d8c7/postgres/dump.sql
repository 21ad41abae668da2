SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.fareway_notify() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        PERFORM pg_notify('fareway', NEW.value::text);
        RETURN NULL;
    END
    $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.audit (
    id text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    before_json text COLLATE pg_catalog."C",
    after_json text COLLATE pg_catalog."C"
);
CREATE TABLE public.budgets (
    id text NOT NULL COLLATE pg_catalog."C",
    max_pico bigint,
    soft bigint NOT NULL,
    duration text COLLATE pg_catalog."C",
    window_start bigint NOT NULL,
    reset_at bigint,
    spent_pico bigint NOT NULL,
    leased_pico bigint NOT NULL
);
CREATE TABLE public.daily (
    day bigint NOT NULL,
    tag text NOT NULL COLLATE pg_catalog."C",
    asked text NOT NULL COLLATE pg_catalog."C",
    served text NOT NULL COLLATE pg_catalog."C",
    deployment text NOT NULL COLLATE pg_catalog."C",
    key_id text NOT NULL COLLATE pg_catalog."C",
    team_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    cost_status text NOT NULL COLLATE pg_catalog."C",
    requests bigint NOT NULL,
    uncosted bigint NOT NULL,
    prompt_tokens bigint NOT NULL,
    cached_tokens bigint NOT NULL,
    cache_write_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cost_usd bigint NOT NULL,
    cost_pico bigint NOT NULL,
    known_usd bigint NOT NULL,
    known_pico bigint NOT NULL,
    fee_usd bigint NOT NULL,
    fee_pico bigint NOT NULL,
    charged_usd bigint NOT NULL,
    charged_pico bigint NOT NULL
);
CREATE TABLE public.entries (
    id text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    instance text NOT NULL COLLATE pg_catalog."C",
    asked text NOT NULL COLLATE pg_catalog."C",
    deployment text NOT NULL COLLATE pg_catalog."C",
    deployment_id text NOT NULL COLLATE pg_catalog."C",
    served text COLLATE pg_catalog."C",
    stream bigint NOT NULL,
    outcome text NOT NULL COLLATE pg_catalog."C",
    status_code bigint,
    error text COLLATE pg_catalog."C",
    service_tier text COLLATE pg_catalog."C",
    prompt_tokens bigint,
    cached_tokens bigint,
    cache_write_tokens bigint,
    output_tokens bigint,
    usage_source text NOT NULL COLLATE pg_catalog."C",
    cost_status text NOT NULL COLLATE pg_catalog."C",
    cost_pico bigint,
    known_pico bigint NOT NULL,
    fee_pico bigint,
    reserved_pico bigint NOT NULL,
    charged_pico bigint NOT NULL,
    budgets text COLLATE pg_catalog."C",
    headers_ms bigint,
    first_content_ms bigint,
    duration_ms bigint NOT NULL,
    answer_id text COLLATE pg_catalog."C",
    provider_request_id text COLLATE pg_catalog."C",
    key_id text COLLATE pg_catalog."C",
    key_alias text COLLATE pg_catalog."C",
    team_id text COLLATE pg_catalog."C",
    user_id text COLLATE pg_catalog."C",
    end_user text COLLATE pg_catalog."C",
    session_id text COLLATE pg_catalog."C",
    tags text COLLATE pg_catalog."C",
    metadata text COLLATE pg_catalog."C",
    detail text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.entry_facets (
    facet text NOT NULL COLLATE pg_catalog."C",
    term text NOT NULL COLLATE pg_catalog."C",
    block text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.entry_provider_ids (
    ending text NOT NULL COLLATE pg_catalog."C",
    block text NOT NULL COLLATE pg_catalog."C",
    ids text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.entry_tags (
    tag text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.entry_texts (
    id text NOT NULL COLLATE pg_catalog."C",
    prompt text COLLATE pg_catalog."C",
    answer text COLLATE pg_catalog."C"
);
CREATE TABLE public.instances (
    id text NOT NULL COLLATE pg_catalog."C",
    beats bigint NOT NULL,
    seen_at bigint NOT NULL,
    gone bigint NOT NULL
);
CREATE TABLE public.keys (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    alias text COLLATE pg_catalog."C",
    models text NOT NULL COLLATE pg_catalog."C",
    expires_at bigint,
    rpm bigint,
    tpm bigint,
    parallel bigint,
    max_pico bigint,
    duration text COLLATE pg_catalog."C",
    soft bigint NOT NULL,
    team_id text COLLATE pg_catalog."C",
    user_id text COLLATE pg_catalog."C",
    metadata text COLLATE pg_catalog."C",
    blocked bigint NOT NULL,
    admin bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.leases (
    budget text NOT NULL COLLATE pg_catalog."C",
    window_start bigint NOT NULL,
    instance text NOT NULL COLLATE pg_catalog."C",
    amount_pico bigint NOT NULL
);
CREATE TABLE public.models (
    id text NOT NULL COLLATE pg_catalog."C",
    model_group text NOT NULL COLLATE pg_catalog."C",
    params text NOT NULL COLLATE pg_catalog."C",
    info text NOT NULL COLLATE pg_catalog."C",
    blocked bigint NOT NULL,
    created_by text COLLATE pg_catalog."C",
    updated_by text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE VIEW public.requests AS
 SELECT entries.id,
    ('1970-01-01 00:00:00+00'::timestamp with time zone + ((entries.at)::double precision * '00:00:00.000001'::interval)) AS at,
    entries.asked,
    entries.served,
    entries.deployment,
    (entries.stream <> 0) AS stream,
    entries.outcome,
    entries.status_code,
    entries.error,
    entries.service_tier,
    entries.prompt_tokens,
    entries.cached_tokens,
    entries.cache_write_tokens,
    entries.output_tokens,
    entries.usage_source,
    entries.cost_status,
    (((entries.cost_pico)::numeric * 0.000000000001))::numeric(20,12) AS cost_usd,
    (((entries.known_pico)::numeric * 0.000000000001))::numeric(20,12) AS known_usd,
    (((entries.fee_pico)::numeric * 0.000000000001))::numeric(20,12) AS fee_usd,
    (((entries.charged_pico)::numeric * 0.000000000001))::numeric(20,12) AS charged_usd,
    entries.headers_ms,
    entries.first_content_ms,
    entries.duration_ms,
    entries.key_id,
    entries.key_alias,
    entries.team_id,
    entries.user_id,
    entries.end_user,
    entries.session_id,
    entries.tags,
    entries.metadata,
    entries.provider_request_id,
    entries.answer_id,
    entries.instance
   FROM public.entries;
CREATE TABLE public.revision (
    id bigint NOT NULL,
    value bigint NOT NULL
);
CREATE TABLE public.schema_version (
    version bigint NOT NULL
);
CREATE TABLE public.sessions (
    id text NOT NULL COLLATE pg_catalog."C",
    key_id text COLLATE pg_catalog."C",
    bound text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.spool_positions (
    instance text NOT NULL COLLATE pg_catalog."C",
    writer text NOT NULL COLLATE pg_catalog."C",
    segment bigint NOT NULL,
    bytes bigint NOT NULL
);
CREATE TABLE public.teams (
    id text NOT NULL COLLATE pg_catalog."C",
    alias text COLLATE pg_catalog."C",
    models text NOT NULL COLLATE pg_catalog."C",
    rpm bigint,
    tpm bigint,
    parallel bigint,
    max_pico bigint,
    duration text COLLATE pg_catalog."C",
    soft bigint NOT NULL,
    members text NOT NULL COLLATE pg_catalog."C",
    metadata text COLLATE pg_catalog."C",
    blocked bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.users (
    id text NOT NULL COLLATE pg_catalog."C",
    alias text COLLATE pg_catalog."C",
    email text COLLATE pg_catalog."C",
    role text COLLATE pg_catalog."C",
    models text NOT NULL COLLATE pg_catalog."C",
    rpm bigint,
    tpm bigint,
    parallel bigint,
    max_pico bigint,
    duration text COLLATE pg_catalog."C",
    soft bigint NOT NULL,
    metadata text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
INSERT INTO public.audit VALUES ('01a22b33-16cf-7689-aa70-c70496ff509e', 1796021098191434, 'operator', 'reprice', 'requests', '{"known_usd":"0.0000084","selection":{"dry_run":false,"tag":"priced-later"}}', '{"changed":3,"known_usd":"0.0002304"}');
INSERT INTO public.budgets VALUES ('key:1e17b0dbbf1de7d3137021c27f4fa4a7550b687a2fa27930f876ca7ac4d8ab01', 3000000000000, 0, NULL, 1796021097692523, NULL, 0, 0);
INSERT INTO public.budgets VALUES ('key:8cbe13c7499606d9d3222d04a806e34b5b34add3c505db59568668d44a4236e8', NULL, 0, NULL, 1796021097696107, NULL, 0, 0);
INSERT INTO public.budgets VALUES ('key:3b378cb30431ab2e8841cc849c43d0d15ad6a3d32d0cf8ea66a4eb6281baf848', 500000000000, 1, '24h', 1796021097673384, 1796107497673384, 76000000, 0);
INSERT INTO public.budgets VALUES ('key:457c72e72f2d0301df1d890d83c12a4ae483e473ad9c1d83fb8390f8d21e438a', 100000, 1, NULL, 1796021097687830, NULL, 51840000, 0);
INSERT INTO public.budgets VALUES ('key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 100000000000000, 0, NULL, 1796021097676815, NULL, 317048640000, 12460289111250);
INSERT INTO public.budgets VALUES ('key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 12250000000000, 0, '30d', 1796021097669268, 1798613097669268, 953906810000, 1411931840000);
INSERT INTO public.budgets VALUES ('team:blue', 40000000000000, 0, '30d', 1796021097654265, 1798613097654265, 1270955450000, 4840970951250);
INSERT INTO public.budgets VALUES ('user:ann', 25500000000000, 0, '7d', 1796021097664296, 1796625897664296, 953906810000, 3068181840000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', '', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'failed', 'partial', 1, 1, 17, 0, 0, 0, 0, 0, 0, 2380000, 0, 2380000, 0, 156932200000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', '', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'refused', 'exact', 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', '', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'refused', 'partial', 1, 1, 20, 0, 0, 0, 0, 0, 0, 2800000, 0, 2800000, 0, 157293880000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'DeepSeek-V3.2', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 2, 0, 36, 0, 0, 54, 0, 116640000, 0, 116640000, 0, 5040000, 0, 116640000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'claude-sonnet-4-5', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 2, 0, 38, 0, 0, 54, 0, 929320000, 0, 929320000, 0, 5320000, 0, 929320000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-2025-04-14', 'azure_ai/azure-model-router', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '', '', 'completed', 'exact', 1, 0, 23, 0, 0, 27, 0, 461720000, 0, 461720000, 0, 3220000, 0, 461720000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-2026-02-03', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'inferred', 1, 0, 19, 0, 0, 27, 0, 256660000, 0, 256660000, 0, 2660000, 0, 256660000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-mini-2025-04-14', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 3, 0, 57, 0, 0, 81, 0, 160380000, 0, 160380000, 0, 7980000, 0, 160380000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-mini-2025-04-14', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'unpriced', 1, 1, 17, 0, 0, 27, 0, 0, 0, 0, 0, 0, 0, 156540380000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-nano-2025-04-14', 'azure_ai/azure-model-router', '3b378cb30431ab2e8841cc849c43d0d15ad6a3d32d0cf8ea66a4eb6281baf848', '', '', 'completed', 'estimated', 1, 0, 35, 0, 0, 27, 0, 19200000, 0, 19200000, 0, 4900000, 0, 19200000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-5-2025-08-07', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'estimated', 1, 0, 31, 0, 0, 27, 0, 313090000, 0, 313090000, 0, 4340000, 0, 313090000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-5-mini-2026-02-03', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'inferred', 1, 0, 19, 0, 0, 219, 0, 445410000, 0, 445410000, 0, 2660000, 0, 445410000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-5.6-luna-2026-07-09', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 2, 0, 40, 0, 0, 438, 0, 539200000, 0, 539200000, 0, 5600000, 0, 539200000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-7-nova-2027-01-15', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'partial', 1, 1, 21, 0, 0, 219, 0, 0, 0, 2940000, 0, 2940000, 0, 157685700000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'grok-4', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 2, 0, 34, 0, 0, 438, 0, 6676760000, 0, 6676760000, 0, 4760000, 0, 6676760000);
INSERT INTO public.daily VALUES (20787, '', 'added', 'gpt-4.1-mini-2025-04-14', 'azure_ai/azure-model-router', '', '', '', 'completed', 'exact', 1, 0, 16, 0, 0, 27, 0, 51840000, 0, 51840000, 0, 2240000, 0, 51840000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-mini-2025-04-14', 'azure_ai/azure-model-router', '457c72e72f2d0301df1d890d83c12a4ae483e473ad9c1d83fb8390f8d21e438a', '', '', 'completed', 'exact', 1, 0, 16, 0, 0, 27, 0, 51840000, 0, 51840000, 0, 2240000, 0, 51840000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-mini-2025-04-14', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'exact', 1, 0, 18, 0, 0, 13, 0, 30520000, 0, 30520000, 0, 2520000, 0, 30520000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-mini-2025-04-14', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'failed', 'estimated', 1, 0, 19, 0, 0, 3, 0, 15060000, 0, 15060000, 0, 2660000, 0, 15060000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-mini-2025-04-14', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'refused', 'estimated', 1, 0, 20, 0, 0, 14, 0, 33200000, 0, 33200000, 0, 2800000, 0, 33200000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-mini-2025-04-14', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'failed', 'estimated', 2, 0, 35, 0, 0, 0, 0, 18900000, 0, 18900000, 0, 4900000, 0, 18900000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-4.1-mini-2025-04-14', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'refused', 'exact', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-5-mini-2025-08-07', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'client_gone', 'estimated', 1, 0, 35, 0, 0, 1, 0, 15650000, 0, 15650000, 0, 4900000, 0, 15650000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '', '', 'completed', 'exact', 4, 0, 76, 0, 0, 876, 0, 364840000, 0, 364840000, 0, 10640000, 0, 364840000);
INSERT INTO public.daily VALUES (20787, '', 'zone', 'gpt-4.1-mini-2025-04-14', 'azure_ai/azure-model-router', '3b378cb30431ab2e8841cc849c43d0d15ad6a3d32d0cf8ea66a4eb6281baf848', '', '', 'completed', 'exact', 1, 0, 16, 0, 0, 27, 0, 56800000, 0, 56800000, 0, 2240000, 0, 56800000);
INSERT INTO public.daily VALUES (20787, 't0', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '', '', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't0', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't0', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't1', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '', '', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't1', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't1', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't2', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '', '', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't2', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't2', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't3', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '', '', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't3', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 't3', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 1, 0, 19, 0, 0, 219, 0, 91210000, 0, 91210000, 0, 2660000, 0, 91210000);
INSERT INTO public.daily VALUES (20787, 'ünïcode', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '', '', 'completed', 'exact', 4, 0, 76, 0, 0, 876, 0, 364840000, 0, 364840000, 0, 10640000, 0, 364840000);
INSERT INTO public.daily VALUES (20787, 'ünïcode', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'exact', 4, 0, 76, 0, 0, 876, 0, 364840000, 0, 364840000, 0, 10640000, 0, 364840000);
INSERT INTO public.daily VALUES (20787, 'ünïcode', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 4, 0, 76, 0, 0, 876, 0, 364840000, 0, 364840000, 0, 10640000, 0, 364840000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'nobody-knows-it', 'azure_ai/azure-model-router', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '', '', 'completed', 'exact', 1, 0, 20, 0, 0, 27, 0, 76800000, 0, 76800000, 0, 2800000, 0, 2800000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'nobody-knows-it', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'exact', 1, 0, 20, 0, 0, 27, 0, 76800000, 0, 76800000, 0, 2800000, 0, 158137800000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'nobody-knows-it', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 1, 0, 20, 0, 0, 27, 0, 76800000, 0, 76800000, 0, 2800000, 0, 158107660000);
INSERT INTO public.daily VALUES (20787, 'endless', 'azure-model-router', 'nobody-knows-it', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'exact', 1, 0, 20, 0, 0, 27, 0, 76800000, 0, 76800000, 0, 2800000, 0, 158137800000);
INSERT INTO public.daily VALUES (20787, 'free', 'azure-model-router', 'nobody-knows-it', 'azure_ai/azure-model-router', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '', '', 'completed', 'exact', 1, 0, 20, 0, 0, 27, 0, 76800000, 0, 76800000, 0, 2800000, 0, 2800000);
INSERT INTO public.daily VALUES (20787, 'priced-later', 'azure-model-router', 'nobody-knows-it', 'azure_ai/azure-model-router', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '', '', 'completed', 'exact', 1, 0, 20, 0, 0, 27, 0, 76800000, 0, 76800000, 0, 2800000, 0, 2800000);
INSERT INTO public.daily VALUES (20787, 'priced-later', 'azure-model-router', 'nobody-knows-it', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'exact', 1, 0, 20, 0, 0, 27, 0, 76800000, 0, 76800000, 0, 2800000, 0, 158137800000);
INSERT INTO public.daily VALUES (20787, 'priced-later', 'azure-model-router', 'nobody-knows-it', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 1, 0, 20, 0, 0, 27, 0, 76800000, 0, 76800000, 0, 2800000, 0, 158107660000);
INSERT INTO public.daily VALUES (20787, 'strict', 'azure-model-router', 'nobody-knows-it', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 1, 0, 20, 0, 0, 27, 0, 76800000, 0, 76800000, 0, 2800000, 0, 158107660000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-5-2025-08-07', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'interrupted', 'interrupted', 1, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 157806260000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-5-2025-08-07', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'interrupted', 'interrupted', 1, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 157806260000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'blue', '', 'completed', 'exact', 5, 0, 95, 0, 0, 1095, 0, 456050000, 0, 456050000, 0, 13300000, 0, 456050000);
INSERT INTO public.daily VALUES (20787, '', 'azure-model-router', 'gpt-5-nano-2025-08-07', 'azure_ai/azure-model-router', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'blue', 'ann', 'completed', 'exact', 7, 0, 133, 0, 0, 1533, 0, 638470000, 0, 638470000, 0, 18620000, 0, 638470000);
INSERT INTO public.entries VALUES ('01a22b33-14f3-7efc-afe5-437405c10461', 1796021097715940, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 157504860000, 91210000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-Six66YsNb1S8hqnkWwBelpEtOq7jd', 'aa58c196-d231-492d-81fd-719fe74053f6', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1504-70c5-849d-d58b9786cf18', 1796021097732048, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 1, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 157474720000, 91210000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 1, 1, 1, 'chatcmpl-blstJiqWbu0wloctDrgMgcWYpHUJt', '305ae594-9323-436e-8c51-a388c629b5b8', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1506-70ca-a214-d296cf4b9dda', 1796021097734049, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 0, 'completed', NULL, NULL, 'default', 20, 0, 0, 27, 'reported', 'exact', 54000000, 54000000, 2800000, 157565140000, 54000000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-EfsP3FttvcNHyTK9ii08JLPnShmeV', '6051018a-1f94-4a6a-8305-d5490ff08a3b', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[20,400000],[0,100000],[0,400000],[0,400000],[27,1600000]],"p":["gpt-4.1-mini/global_standard/standard/2025-04-01#d40ecf4b97d8","gpt-4.1-mini","exact",0],"f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[20,27,47,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1507-728e-9459-5d1e4d3ce207', 1796021097735160, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 1, 'completed', NULL, NULL, 'default', 20, 0, 0, 27, 'reported', 'exact', 54000000, 54000000, 2800000, 157535000000, 54000000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, 0, 0, 'chatcmpl-fkqpZE7mOPfidm5KMrHvgbQxEtiEg', '2815c3a1-fa25-4196-85c7-08938291b9f2', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[20,400000],[0,100000],[0,400000],[0,400000],[27,1600000]],"p":["gpt-4.1-mini/global_standard/standard/2025-04-01#d40ecf4b97d8","gpt-4.1-mini","exact",0],"f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[20,27,47,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1508-7bb8-96b9-a04e605d4d65', 1796021097736735, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'grok-4', 0, 'completed', NULL, NULL, 'default', 17, 0, 0, 219, 'reported', 'exact', 3338380000, 3338380000, 2380000, 157052760000, 3338380000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-MNaiDIiPbIhfuUQJW56L2FpcI53tb', '0872ed55-58a5-4208-884b-742b779ad294', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[17,3000000],[0,3000000],[0,3000000],[0,3000000],[219,15000000]],"p":["grok-4/global_standard/standard/2026-01-01#a7d7b1a3399c","grok-4","exact",0],"f":[17,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[17,27,236,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1509-7bcf-a868-fb9a88964122', 1796021097737740, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'grok-4', 1, 'completed', NULL, NULL, 'default', 17, 0, 0, 219, 'reported', 'exact', 3338380000, 3338380000, 2380000, 157022620000, 3338380000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, 0, 0, 'chatcmpl-1RnT95DwVWf3reIbGkrvDrcgIVH2Z', '7647550b-4ad7-4c59-8948-7382f23ebe87', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[17,3000000],[0,3000000],[0,3000000],[0,3000000],[219,15000000]],"p":["grok-4/global_standard/standard/2026-01-01#a7d7b1a3399c","grok-4","exact",0],"f":[17,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[17,27,236,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-150b-746a-9539-7cbb00cb7e87', 1796021097739276, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5.6-luna-2026-07-09', 0, 'completed', NULL, NULL, 'default', 20, 0, 0, 219, 'reported', 'exact', 269600000, 269600000, 2800000, 157565140000, 269600000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 5, NULL, 5, 'chatcmpl-cxWNUnvS5DIyrUmWvuT2bQyWijWHO', '083c35c6-6c45-444b-897b-d50eb3c96112', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[20,200000],[0,20000],[0,250000],[0,250000],[219,1200000]],"p":["gpt-5.6-luna/global_standard/standard/2026-08-01#c8240d48236f","gpt-5.6-luna","exact",0],"f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[20,219,239,0,192,0,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1511-77b2-8046-41bbd24a7ece', 1796021097745482, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5.6-luna-2026-07-09', 1, 'completed', NULL, NULL, 'default', 20, 0, 0, 219, 'reported', 'exact', 269600000, 269600000, 2800000, 157535000000, 269600000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 1, 1, 1, 'chatcmpl-oXd29anuHIFt5LsC6BNllxemElNvr', 'edb5b0fd-5057-414d-82c0-e9bca4d386f1', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[20,200000],[0,20000],[0,250000],[0,250000],[219,1200000]],"p":["gpt-5.6-luna/global_standard/standard/2026-08-01#c8240d48236f","gpt-5.6-luna","exact",0],"f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[20,219,239,0,192,0,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1513-75f3-8005-eb0e00377b8f', 1796021097747373, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'claude-sonnet-4-5', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 27, 'reported', 'exact', 464660000, 464660000, 2660000, 157384300000, 464660000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 3, NULL, 3, 'chatcmpl-RTKkgjkfUSIN4y0bAJ5X6jkn7fGEg', 'd5a8d1e6-15ff-46ac-859d-9ab4bb591c00', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[19,3000000],[0,300000],[0,3750000],[0,6000000],[27,15000000]],"p":["claude-sonnet-4-5/global_standard/standard/2025-09-29#d6d6a93d7fd6","claude-sonnet-4-5","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,27,46,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1517-74df-b83d-3163f167e198', 1796021097751305, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'claude-sonnet-4-5', 1, 'completed', NULL, NULL, 'default', 19, 0, 0, 27, 'reported', 'exact', 464660000, 464660000, 2660000, 157354160000, 464660000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, 0, 1, 'chatcmpl-BegjmiOYHtwQ3nGmNSgNlLvQ76Spc', '417d17b0-731f-45f4-88d6-6920fddf6256', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[19,3000000],[0,300000],[0,3750000],[0,6000000],[27,15000000]],"p":["claude-sonnet-4-5/global_standard/standard/2025-09-29#d6d6a93d7fd6","claude-sonnet-4-5","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,27,46,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1518-7fdf-a771-8e0dde013dd0', 1796021097752995, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'DeepSeek-V3.2', 0, 'completed', NULL, NULL, 'default', 18, 0, 0, 27, 'reported', 'exact', 58320000, 58320000, 2520000, 157263740000, 58320000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-g9apNPhk3R0TCT9LRs3cisgGgTEJg', '3a07dc76-7133-4892-8f55-b7d36c9a4143', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[18,580000],[0,580000],[0,580000],[0,580000],[27,1680000]],"p":["DeepSeek-V3.2/global_standard/standard/2026-05-01#e619d32d6e81","DeepSeek-V3.2","exact",0],"f":[18,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[18,27,45,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-151a-70be-835b-4d13aa8c6056', 1796021097754046, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'DeepSeek-V3.2', 1, 'completed', NULL, NULL, 'default', 18, 0, 0, 27, 'reported', 'exact', 58320000, 58320000, 2520000, 157233600000, 58320000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, 0, 1, 'chatcmpl-vxtGCda3OBzU7jygLC1N1DJQaIfhK', 'b0ccf439-f3d5-47a4-82cd-62c708f41962', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[18,580000],[0,580000],[0,580000],[0,580000],[27,1680000]],"p":["DeepSeek-V3.2/global_standard/standard/2026-05-01#e619d32d6e81","DeepSeek-V3.2","exact",0],"f":[18,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[18,27,45,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-151b-7a40-86a3-226a2ecd254c', 1796021097755643, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-mini-2026-02-03', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'inferred', 445410000, 445410000, 2660000, 156992480000, 445410000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-s3InD7ojbhe3jr284hq6MlO0lmQJB', '8dce9d04-72fe-431d-8e9d-554d742d81f2', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"inferred","l":[[19,250000],[0,25000],[0,250000],[0,250000],[219,2000000]],"p":["gpt-5-mini/global_standard/standard/2025-08-01#9ef1cc28233f","gpt-5-mini","snapshot_suffix_stripped",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-151c-7ba0-9ca8-f233560bf11f', 1796021097756729, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-2026-02-03', 1, 'completed', NULL, NULL, 'default', 19, 0, 0, 27, 'reported', 'inferred', 256660000, 256660000, 2660000, 157384300000, 256660000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 1, 1, 1, 'chatcmpl-nHl83SiaOaJIWPKt9Ap7DjqYDxEdN', 'a2d3f76f-8b64-4cbf-8f92-c1489e4884d8', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"inferred","l":[[19,2000000],[0,500000],[0,2000000],[0,2000000],[27,8000000]],"p":["gpt-4.1/global_standard/standard/2025-04-01#c4a7ebdf3927","gpt-4.1","snapshot_suffix_stripped",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,27,46,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1520-7472-9f50-1cba18feafcd', 1796021097760279, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-nano-2025-04-14', 0, 'completed', NULL, NULL, 'default', 35, 0, 0, 27, 'estimated', 'estimated', 19200000, 19200000, 4900000, 0, 19200000, '[["key:3b378cb30431ab2e8841cc849c43d0d15ad6a3d32d0cf8ea66a4eb6281baf848",1796021097673384]]', 0, NULL, 115, 'chatcmpl-2uq5uKvRTjenNkbt8uRRmEq3SgBb7', 'a3d10c93-1382-45ee-85ea-194dc122b8c2', '3b378cb30431ab2e8841cc849c43d0d15ad6a3d32d0cf8ea66a4eb6281baf848', 'soft', NULL, NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"estimated","l":[[35,100000],[0,25000],[0,100000],[0,100000],[27,400000]],"p":["gpt-4.1-nano/global_standard/standard/2025-04-01#d9dcbff3334a","gpt-4.1-nano","exact",0],"f":[35,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[35,27,62]}');
INSERT INTO public.entries VALUES ('01a22b33-159a-715b-a750-bcbd47da08b2', 1796021097882085, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-2025-08-07', 1, 'completed', NULL, NULL, 'default', 31, 0, 0, 27, 'estimated', 'estimated', 313090000, 313090000, 4340000, 157595280000, 313090000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 1, 1, 2, 'chatcmpl-IuBQhJBNkucCwNt048jEN5alfnQ1z', '4038795e-506d-4e46-8fd0-f78da6603cb0', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"estimated","l":[[31,1250000],[0,125000],[0,1250000],[0,1250000],[27,10000000]],"p":["gpt-5/global_standard/standard/2025-08-01#6b845abfe704","gpt-5","exact",0],"f":[31,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[31,27,58]}');
INSERT INTO public.entries VALUES ('01a22b33-15a4-72aa-b630-d84299f8a8e4', 1796021097892167, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-7-nova-2027-01-15', 1, 'completed', NULL, NULL, 'default', 21, 0, 0, 219, 'reported', 'partial', NULL, 2940000, 2940000, 157685700000, 157685700000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 1, 1, 1, 'chatcmpl-r3GVKIAQWtCFUFSKfJN0qybE5wani', 'e16ea141-8d75-4a23-83c3-dcfb1ed0f368', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"partial","f":[21,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"],"u":["unknown_model","the model `gpt-7-nova-2027-01-15` is not in the price table"]},"k":"global_standard","r":true,"u":[21,219,240,0,192,0,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-15a6-7378-9a5b-3130aefdaa0a', 1796021097894217, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 0, 'completed', NULL, NULL, 'default', 17, NULL, NULL, 27, 'reported', 'unpriced', NULL, 0, NULL, 156540380000, 156540380000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-Vq3mJrn8lB4eIJMPUznl7tqfsgXdQ', 'f08689a6-5160-4ac9-8051-ab506f851eb9', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"unpriced","u":["invalid_usage","cached (18) and written (0) tokens exceed the prompt''s 17"]},"k":"global_standard","r":true,"u":[17,27,44,18,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-15a7-7708-b43f-9f2f8b3c65d8', 1796021097895441, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 0, 'completed', NULL, NULL, 'default', 17, 0, 0, 27, 'reported', 'exact', 52380000, 52380000, 2380000, 156480100000, 52380000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-9YgTSFqTjmeoj6KLGLfzNYOqfofvH', '9162aaac-9592-441c-81b9-1026467746ae', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[17,400000],[0,100000],[0,400000],[0,400000],[27,1600000]],"p":["gpt-4.1-mini/global_standard/standard/2025-04-01#d40ecf4b97d8","gpt-4.1-mini","exact",0],"f":[17,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[17,27,44,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-15a8-799a-b0f1-8e22e606ea9e', 1796021097896602, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-2025-04-14', 0, 'completed', NULL, NULL, 'priority', 23, 0, 0, 27, 'reported', 'exact', 461720000, 461720000, 3220000, 0, 461720000, '[["key:1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b",1796021097684326]]', 0, NULL, 0, 'chatcmpl-TK8OkW3yKjWE7DcpXZCg5RvZXnZuW', '0366d9a9-1d13-4feb-82da-f1142b3a962a', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', 'free', NULL, NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[23,3500000],[0,875000],[0,3500000],[0,3500000],[27,14000000]],"p":["gpt-4.1/global_standard/priority/2026-03-01#49711a7ec97e","gpt-4.1","exact",0],"f":[23,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[23,27,50,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-15a9-7c29-8d4a-24625381e73f', 1796021097897762, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', NULL, 0, 'refused', 400, 'content_filter', NULL, 20, 0, 0, 0, 'estimated', 'partial', NULL, 2800000, 2800000, 157293880000, 157293880000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', NULL, NULL, 0, NULL, '2802b74e-6776-41f0-8bcf-a03b86ec680e', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"partial","f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"],"u":["unknown_model","the answer does not say which model served it"]},"k":"global_standard","r":true,"u":[20,0,20],"a":[{"deployment":"azure_ai/azure-model-router","deployment_id":"705f84ea764c87c5","status":400,"error":"the upstream refused the request: 400 `content_filter` The response was filtered due to the prompt triggering Azure OpenAI''s content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766"}]}');
INSERT INTO public.entries VALUES ('01a22b33-15aa-7dc4-9352-8d35f11b621c', 1796021097898863, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', NULL, 0, 'refused', 429, '429', NULL, NULL, NULL, NULL, NULL, 'missing', 'exact', 0, 0, 0, 157022620000, 0, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', NULL, NULL, 0, NULL, '7c4325c0-c16e-4397-834f-75064c9b4b00', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","f":[0,0,null]},"k":"global_standard","r":true,"a":[{"deployment":"azure_ai/azure-model-router","deployment_id":"705f84ea764c87c5","status":429,"error":"the upstream refused the request: 429 `429` Your requests to gpt-4.1-mini for azure-model-router in Sweden Central have exceeded the token rate limit for your current AIServices S0 pricing tier. This request was for ChatCompletions_Create under Azure OpenAI API version v1. Please retry after 7 seconds."}]}');
INSERT INTO public.entries VALUES ('01a22b33-15ab-7c71-ac44-30f87e9064e7', 1796021097899780, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', NULL, 0, 'refused', 500, 'server_error', NULL, NULL, NULL, NULL, NULL, 'missing', 'exact', 0, 0, 0, 157022620000, 0, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', NULL, NULL, 0, NULL, 'd24a1cfd-158b-4d74-8bbf-a3d987b7628c', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","f":[0,0,null]},"k":"global_standard","r":true,"a":[{"deployment":"azure_ai/azure-model-router","deployment_id":"705f84ea764c87c5","status":500,"error":"the upstream refused the request: 500 `server_error` The server had an error while processing your request. Sorry about that!"}]}');
INSERT INTO public.entries VALUES ('01a22b33-15ac-7b72-b909-a8f901fee294', 1796021097900717, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', NULL, 0, 'refused', 503, NULL, NULL, NULL, NULL, NULL, NULL, 'missing', 'exact', 0, 0, 0, 157143180000, 0, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', NULL, NULL, 0, NULL, 'b25b78d3-02b5-4f39-8620-2509732f90f6', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","f":[0,0,null]},"k":"global_standard","r":true,"a":[{"deployment":"azure_ai/azure-model-router","deployment_id":"705f84ea764c87c5","status":503,"error":"the upstream refused the request: 503 <html> <head><title>503 Service Temporarily Unavailable</title></head> <body> <center><h1>503 Service Temporarily Unavailable</h1></center> </body> </html>"}]}');
INSERT INTO public.entries VALUES ('01a22b33-15ad-78e9-881b-c97077ba41ec', 1796021097901558, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', NULL, 0, 'failed', NULL, 'the connection to the upstream broke: connection closed before message completed', NULL, 17, 0, 0, 0, 'estimated', 'partial', NULL, 2380000, 2380000, 156932200000, 156932200000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', NULL, NULL, 0, NULL, NULL, 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"partial","f":[17,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"],"u":["unknown_model","the answer does not say which model served it"]},"k":"global_standard","r":true,"u":[17,0,17],"a":[{"deployment":"azure_ai/azure-model-router","deployment_id":"705f84ea764c87c5","status":null,"error":"the connection to the upstream broke: connection closed before message completed"}]}');
INSERT INTO public.entries VALUES ('01a22b33-15ae-7662-b774-5b3ce9855b9e', 1796021097902400, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 0, 'failed', NULL, 'the answer is not valid JSON', NULL, 18, 0, 0, 0, 'estimated', 'estimated', 9720000, 9720000, 2520000, 156871920000, 9720000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, NULL, 'ae520026-5f63-4088-8157-b98a2ee82a0a', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"estimated","l":[[18,400000],[0,100000],[0,400000],[0,400000],[0,1600000]],"p":["gpt-4.1-mini/global_standard/standard/2025-04-01#d40ecf4b97d8","gpt-4.1-mini","exact",0],"f":[18,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[18,0,18]}');
INSERT INTO public.entries VALUES ('01a22b33-15af-758c-ad82-a3f0466daaac', 1796021097903348, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 0, 'failed', NULL, 'the connection to the upstream broke: error reading a body from connection: end of file before message length reached', NULL, 17, 0, 0, 0, 'estimated', 'estimated', 9180000, 9180000, 2380000, 156751360000, 9180000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, NULL, '48f078b8-bd14-4517-8dc8-c55abacff009', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"estimated","l":[[17,400000],[0,100000],[0,400000],[0,400000],[0,1600000]],"p":["gpt-4.1-mini/global_standard/standard/2025-04-01#d40ecf4b97d8","gpt-4.1-mini","exact",0],"f":[17,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[17,0,17],"a":[{"deployment":"azure_ai/azure-model-router","deployment_id":"705f84ea764c87c5","status":200,"error":"the connection to the upstream broke: error reading a body from connection: end of file before message length reached"}]}');
INSERT INTO public.entries VALUES ('01a22b33-15b0-7ae8-b9bb-a8864c54ed0c', 1796021097904684, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 1, 'refused', 429, '429', NULL, NULL, NULL, NULL, NULL, 'missing', 'exact', 0, 0, 0, 157173320000, 0, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, NULL, '9ee9a3e9-ba03-4b4c-8479-2f1f27e9505c', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","f":[0,0,null]},"k":"global_standard","r":true,"a":[{"deployment":"azure_ai/azure-model-router","deployment_id":"705f84ea764c87c5","status":429,"error":"the upstream refused the request: 429 `429` Your requests to gpt-4.1-mini for gpt-4.1-mini in swedencentral have exceeded rate limit."}]}');
INSERT INTO public.entries VALUES ('01a22b33-15b1-79f6-b9a4-e3e2e420baf3', 1796021097905624, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 1, 'refused', 200, 'server_error', 'default', 20, 0, 0, 14, 'estimated', 'estimated', 33200000, 33200000, 2800000, 157143180000, 33200000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 1, 1, 1, 'chatcmpl-BdJYWFpa6GwVAENr1GlBhtoBlfixt', '66d3e231-6c4b-40e0-8c25-b16c6f37283c', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"estimated","l":[[20,400000],[0,100000],[0,400000],[0,400000],[14,1600000]],"p":["gpt-4.1-mini/global_standard/standard/2025-04-01#d40ecf4b97d8","gpt-4.1-mini","exact",0],"f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[20,14,34]}');
INSERT INTO public.entries VALUES ('01a22b33-15b3-7999-87bf-9094d86f70ff', 1796021097907601, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 1, 'failed', NULL, 'the connection to the upstream broke: error reading a body from connection: unexpected EOF during chunk size line', 'default', 19, 0, 0, 3, 'estimated', 'estimated', 15060000, 15060000, 2660000, 156781500000, 15060000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 0, 0, 1, 'chatcmpl-rpE7wgWFJtkUHAsv0enz3xfLVWuT7', '552d3447-a448-44ab-8da1-e336c0d0a065', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"estimated","l":[[19,400000],[0,100000],[0,400000],[0,400000],[3,1600000]],"p":["gpt-4.1-mini/global_standard/standard/2025-04-01#d40ecf4b97d8","gpt-4.1-mini","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,3,22]}');
INSERT INTO public.entries VALUES ('01a22b33-15b5-7789-9d5e-5a50136b9c0b', 1796021097909472, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 1, 'completed', NULL, NULL, 'default', 18, 0, 0, 13, 'reported', 'exact', 30520000, 30520000, 2520000, 157263740000, 30520000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 0, 0, 1, 'chatcmpl-9sKDCY2eFD8SkdELAzdFjDACr0q4C', '59f4579e-93a9-4a00-8c46-60601a9cb054', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[18,400000],[0,100000],[0,400000],[0,400000],[13,1600000]],"p":["gpt-4.1-mini/global_standard/standard/2025-04-01#d40ecf4b97d8","gpt-4.1-mini","exact",0],"f":[18,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[18,13,31,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-15b7-72f0-ba80-0986d9f76434', 1796021097911184, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-mini-2025-08-07', 1, 'client_gone', NULL, NULL, 'default', 35, 0, 0, 1, 'estimated', 'estimated', 15650000, 15650000, 4900000, 157926820000, 15650000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, 82, 84, 'chatcmpl-lLCfvTvRz7BHO5nIqplPV0N30Ap4u', 'c5833643-0eb8-4ca7-831e-602921444506', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"estimated","l":[[35,250000],[0,25000],[0,250000],[0,250000],[1,2000000]],"p":["gpt-5-mini/global_standard/standard/2025-08-01#9ef1cc28233f","gpt-5-mini","exact",0],"f":[35,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[35,1,36]}');
INSERT INTO public.entries VALUES ('01a22b33-160e-732e-b8f1-b19f59d2e4bf', 1796021097998199, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 161513480000, 91210000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-QIa1qrWOjYfy08RVDtXdkzFXDtKgN', 'f3f78465-d3be-4462-873c-0ed585d01a25', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', 'end-user-0', 'conversation-0', '["t0","ünïcode"]', '{"nth": 0, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-160f-7dbd-b257-abab80196968', 1796021097999861, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 161513480000, 91210000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 0, NULL, 0, 'chatcmpl-eDHXT0GjQeonRjvSFk2PbueyGBwCJ', '15daba60-8869-4aae-8555-b9eaffd5195e', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, 'end-user-1', 'conversation-1', '["t1","ünïcode"]', '{"nth": 1, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1611-74e6-a417-7c2f1c132cb5', 1796021098001307, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 0, 91210000, '[["key:1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b",1796021097684326]]', 0, NULL, 0, 'chatcmpl-OpaXFaGtGMBu3ORLhA5oLKZaS1Lpi', 'e983ed91-7be7-4ad2-87ea-bf0f7e3ec6e9', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', 'free', NULL, NULL, 'end-user-2', 'conversation-2', '["t2","ünïcode"]', '{"nth": 2, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1612-78e5-b786-6469669480b0', 1796021098002557, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 161513480000, 91210000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-6awXHdYNWRuyHczQlo4b7p6EdgaMX', '36eb7d17-d4ec-4635-85bb-09cf95b1b87d', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', 'end-user-3', 'conversation-0', '["t3","ünïcode"]', '{"nth": 3, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1613-7c0b-99a7-3a62cd23e3db', 1796021098003755, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 161513480000, 91210000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 0, NULL, 0, 'chatcmpl-oAejQw1GqIPYlo2ePgnWBlRh6CgSu', '8d0f660c-5b53-4cbb-8841-71b7f3ed15c1', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, 'end-user-4', 'conversation-1', '["t0","ünïcode"]', '{"nth": 4, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1614-7ee2-a352-e415f591632a', 1796021098004933, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 0, 91210000, '[["key:1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b",1796021097684326]]', 0, NULL, 0, 'chatcmpl-JGsAtFc5wUGbGHAiZsosIUDgoaZ5r', '930837e8-46f0-47b2-8a02-cf652529bb12', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', 'free', NULL, NULL, 'end-user-0', 'conversation-2', '["t1","ünïcode"]', '{"nth": 5, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1616-712a-830d-13d39296a47c', 1796021098006073, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 161513480000, 91210000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-XBjUUEM92QHE0yanIwqS0pOUCfCyD', '2e9247a7-78da-441b-8324-e6ae6f32aff5', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', 'end-user-1', 'conversation-0', '["t2","ünïcode"]', '{"nth": 6, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1617-7387-b67e-a05eb8eb92e4', 1796021098007221, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 161513480000, 91210000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 0, NULL, 0, 'chatcmpl-X6sNVpGfBVN9eT1hBxwFBVQDOsGHJ', '31cc0d16-546f-46d0-85b7-17949e76d414', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, 'end-user-2', 'conversation-1', '["t3","ünïcode"]', '{"nth": 7, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1618-76bd-93d1-383a350bed1a', 1796021098008422, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 0, 91210000, '[["key:1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b",1796021097684326]]', 0, NULL, 0, 'chatcmpl-7tvPpqx4yqUUhp5vrtFqwrOeGncxb', 'e35017bd-4a0d-4728-884b-845aa1c11806', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', 'free', NULL, NULL, 'end-user-3', 'conversation-2', '["t0","ünïcode"]', '{"nth": 8, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-1619-7899-9c4d-39aeef14ea32', 1796021098009539, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 161513480000, 91210000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-STWeDq2NaZHq3gnJtzerUp9zLlPTZ', '3ef1d265-7109-46ed-8f71-3e94be481a9e', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', 'end-user-4', 'conversation-0', '["t1","ünïcode"]', '{"nth": 9, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-161a-7c47-a116-0bead91fa19f', 1796021098010770, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 161543620000, 91210000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 0, NULL, 0, 'chatcmpl-IEgQzKYVhmeHN9q3Sk9xwrabNNOzj', '50e40686-d155-486b-84e4-ad4896d618b1', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, 'end-user-0', 'conversation-1', '["t2","ünïcode"]', '{"nth": 10, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-161b-7e50-904f-62730f9d475b', 1796021098011897, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 0, 91210000, '[["key:1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b",1796021097684326]]', 0, NULL, 0, 'chatcmpl-3Ycs6iXFdHkQNRcU6Yju1OAESDjYQ', '3f1961db-8150-4123-83b6-394605d182e8', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', 'free', NULL, NULL, 'end-user-1', 'conversation-2', '["t3","ünïcode"]', '{"nth": 11, "w\u00f6rd": "ja"}', '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-161d-7109-a94e-a8c214e78b6a', 1796021098013064, '01a22b33-12e3-76b2-b693-67e973438c66', 'zone', 'azure_ai/azure-model-router', '50e17076a48c4b7c', 'gpt-4.1-mini-2025-04-14', 0, 'completed', NULL, NULL, 'default', 16, 0, 0, 27, 'reported', 'exact', 56800000, 56800000, 2240000, 0, 56800000, '[["key:3b378cb30431ab2e8841cc849c43d0d15ad6a3d32d0cf8ea66a4eb6281baf848",1796021097673384]]', 0, NULL, 0, 'chatcmpl-wSYg2ilO8AwoJGS2WLdJSgr3ZpSYE', 'f288cef9-3f2a-4183-8c24-5fcad4c6491e', '3b378cb30431ab2e8841cc849c43d0d15ad6a3d32d0cf8ea66a4eb6281baf848', 'soft', NULL, NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[16,440000],[0,110000],[0,440000],[0,440000],[27,1760000]],"p":["gpt-4.1-mini/data_zone_standard/eu/standard/2025-04-01#8afe0d0fa52d","gpt-4.1-mini","exact",0],"f":[16,140000,"model-router/data_zone_standard/2025-11-01#50c9114922ea"]},"k":"data_zone_standard eu","r":true,"u":[16,27,43,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-161e-7413-867e-764a74e8ae95', 1796021098014255, '01a22b33-12e3-76b2-b693-67e973438c66', 'added', 'azure_ai/azure-model-router', 'added-1', 'gpt-4.1-mini-2025-04-14', 0, 'completed', NULL, NULL, 'default', 16, 0, 0, 27, 'reported', 'exact', 51840000, 51840000, 2240000, 0, 51840000, NULL, 0, NULL, 0, 'chatcmpl-vAD3GEzRCQRyZeBkUeZE6Sh0sarP1', '694499ce-79ae-4f21-896a-0d958faf4ca7', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[16,400000],[0,100000],[0,400000],[0,400000],[27,1600000]],"p":["gpt-4.1-mini/global_standard/standard/2025-04-01#d40ecf4b97d8","gpt-4.1-mini","exact",0],"f":[16,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[16,27,43,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-161f-75a2-aaea-1bcc534156a3', 1796021098015353, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-4.1-mini-2025-04-14', 0, 'completed', NULL, NULL, 'default', 16, 0, 0, 27, 'reported', 'exact', 51840000, 51840000, 2240000, 0, 51840000, '[["key:457c72e72f2d0301df1d890d83c12a4ae483e473ad9c1d83fb8390f8d21e438a",1796021097687830]]', 0, NULL, 0, 'chatcmpl-MMz0cJrYPUXZtKHeMU6jnYrkjNK2h', '512e3348-6262-44f1-899f-07497176e990', '457c72e72f2d0301df1d890d83c12a4ae483e473ad9c1d83fb8390f8d21e438a', 'spent', NULL, NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[16,400000],[0,100000],[0,400000],[0,400000],[27,1600000]],"p":["gpt-4.1-mini/global_standard/standard/2025-04-01#d40ecf4b97d8","gpt-4.1-mini","exact",0],"f":[16,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[16,27,43,0,0,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-15a2-7eb1-98d8-bf117e620c2f', 1796021097890921, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'nobody-knows-it', 0, 'completed', NULL, NULL, 'default', 20, 0, 0, 27, 'reported', 'exact', 76800000, 76800000, 2800000, 0, 2800000, '[["key:1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b",1796021097684326]]', 0, NULL, 0, 'chatcmpl-BfQUDgeYwqJ77ZoI7hxGGwHwenOEd', 'd60b99b6-12a0-481d-81a8-5af16da69329', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', 'free', NULL, NULL, NULL, NULL, '["priced-later","free"]', NULL, '{"c":{"s":"exact","l":[[20,1000000],[0,1000000],[0,1000000],[0,1000000],[27,2000000]],"p":["nobody-knows-it/global_standard/standard/2020-01-01#8945f7af6e0d","nobody-knows-it","exact",0],"f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[20,27,47,0,0,null,null,0,0],"o":{"c":{"s":"partial","f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"],"u":["unknown_model","the model `nobody-knows-it` is not in the price table"]},"t":1796021098191434,"a":"01a22b33-16cf-7689-aa70-c70496ff509e"}}');
INSERT INTO public.entries VALUES ('01a22b33-15a1-76cb-a977-539e69a32fa1', 1796021097889426, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'nobody-knows-it', 0, 'completed', NULL, NULL, 'default', 20, 0, 0, 27, 'reported', 'exact', 76800000, 76800000, 2800000, 158137800000, 158137800000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 0, NULL, 0, 'chatcmpl-QoFv86DHiy4IqGyPUBvh3RSyCfCRz', '25857c9f-b47b-4f54-867e-2baca40267a4', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, NULL, NULL, '["priced-later","endless"]', NULL, '{"c":{"s":"exact","l":[[20,1000000],[0,1000000],[0,1000000],[0,1000000],[27,2000000]],"p":["nobody-knows-it/global_standard/standard/2020-01-01#8945f7af6e0d","nobody-knows-it","exact",0],"f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[20,27,47,0,0,null,null,0,0],"o":{"c":{"s":"partial","f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"],"u":["unknown_model","the model `nobody-knows-it` is not in the price table"]},"t":1796021098191434,"a":"01a22b33-16cf-7689-aa70-c70496ff509e"}}');
INSERT INTO public.entries VALUES ('01a22b33-159c-7c66-8d5a-0fa67cc3a902', 1796021097884777, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'nobody-knows-it', 0, 'completed', NULL, NULL, 'default', 20, 0, 0, 27, 'reported', 'exact', 76800000, 76800000, 2800000, 158107660000, 158107660000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-Qi5413VbFmbJCaH4vaEqU1kIDKZkb', '6bd9cb16-6541-402d-8023-f053e14603d2', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, '["priced-later","strict"]', NULL, '{"c":{"s":"exact","l":[[20,1000000],[0,1000000],[0,1000000],[0,1000000],[27,2000000]],"p":["nobody-knows-it/global_standard/standard/2020-01-01#8945f7af6e0d","nobody-knows-it","exact",0],"f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[20,27,47,0,0,null,null,0,0],"o":{"c":{"s":"partial","f":[20,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"],"u":["unknown_model","the model `nobody-knows-it` is not in the price table"]},"t":1796021098191434,"a":"01a22b33-16cf-7689-aa70-c70496ff509e"}}');
INSERT INTO public.entries VALUES ('01a22b33-16d7-795d-a952-0cc5dc7afe96', 1796021098199587, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-2025-08-07', 1, 'interrupted', NULL, NULL, 'default', NULL, NULL, NULL, 3, 'estimated', 'interrupted', NULL, 0, NULL, 157806260000, 157806260000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 1, 1002, 1002, 'chatcmpl-zh9FOftlD8JwGCyVn5umuxpcKRrG5', 'd16b76b8-1521-46cc-811a-acb02e6ce2d6', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"open"},"k":"global_standard","r":true,"u":[null,3]}');
INSERT INTO public.entries VALUES ('01a22b33-1acd-7f99-80fe-4087b87452e7', 1796021099213978, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-2025-08-07', 1, 'interrupted', NULL, NULL, 'default', NULL, NULL, NULL, 3, 'estimated', 'interrupted', NULL, 0, NULL, 157806260000, 157806260000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 1, 1003, 1003, 'chatcmpl-ihjR0zlk1F3aPpRXZ5lWPiQpmXmUk', '9024090e-14ab-4075-8561-7670aec42533', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"open"},"k":"global_standard","r":true,"u":[null,3]}');
INSERT INTO public.entries VALUES ('01a22b33-230c-7d1d-8707-c605e391567d', 1796021101324822, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 156992480000, 91210000, '[["key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f",1796021097669268],["team:blue",1796021097654265],["user:ann",1796021097664296]]', 0, NULL, 0, 'chatcmpl-pbpeoz9GJFuICUjBh1jxlE7PV0UPH', '0e81e490-8e7b-4001-850f-8a1df6cdf957', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'strict', 'blue', 'ann', NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entries VALUES ('01a22b33-231c-739d-b5c2-e8679110b2ba', 1796021101340226, '01a22b33-12e3-76b2-b693-67e973438c66', 'azure-model-router', 'azure_ai/azure-model-router', '705f84ea764c87c5', 'gpt-5-nano-2025-08-07', 0, 'completed', NULL, NULL, 'default', 19, 0, 0, 219, 'reported', 'exact', 91210000, 91210000, 2660000, 156992480000, 91210000, '[["key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af",1796021097676815],["team:blue",1796021097654265]]', 2, NULL, 2, 'chatcmpl-LL8cukyCtPs0mX8SHhyHC8UofAsSC', 'e6040b18-9f7d-43cd-8d2c-0c5d9439ac81', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'endless', 'blue', NULL, NULL, NULL, NULL, NULL, '{"c":{"s":"exact","l":[[19,50000],[0,5000],[0,50000],[0,50000],[219,400000]],"p":["gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55","gpt-5-nano","exact",0],"f":[19,140000,"model-router/global_standard/2025-11-01#68a6202ae97a"]},"k":"global_standard","r":true,"u":[19,219,238,0,192,null,null,0,0]}');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-14f');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-150');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-152');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('cost_status', 'estimated', '01a22b33-152');
INSERT INTO public.entry_facets VALUES ('cost_status', 'estimated', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('cost_status', 'estimated', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('cost_status', 'inferred', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('cost_status', 'partial', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('cost_status', 'partial', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('cost_status', 'unpriced', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-14f');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-150');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-152');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('key_alias', 'endless', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('key_alias', 'endless', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('key_alias', 'endless', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('key_alias', 'free', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('key_alias', 'soft', '01a22b33-152');
INSERT INTO public.entry_facets VALUES ('key_alias', 'strict', '01a22b33-14f');
INSERT INTO public.entry_facets VALUES ('key_alias', 'strict', '01a22b33-150');
INSERT INTO public.entry_facets VALUES ('key_alias', 'strict', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('key_alias', 'strict', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('key_alias', 'strict', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('key_id', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('key_id', '3b378cb30431ab2e8841cc849c43d0d15ad6a3d32d0cf8ea66a4eb6281baf848', '01a22b33-152');
INSERT INTO public.entry_facets VALUES ('key_id', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('key_id', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('key_id', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('key_id', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', '01a22b33-14f');
INSERT INTO public.entry_facets VALUES ('key_id', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', '01a22b33-150');
INSERT INTO public.entry_facets VALUES ('key_id', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('key_id', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('key_id', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('outcome', 'failed', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('outcome', 'refused', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('served', 'DeepSeek-V3.2', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('served', 'claude-sonnet-4-5', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-4.1-2025-04-14', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-4.1-2026-02-03', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-4.1-mini-2025-04-14', '01a22b33-150');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-4.1-mini-2025-04-14', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-4.1-nano-2025-04-14', '01a22b33-152');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-2025-08-07', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-mini-2026-02-03', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-nano-2025-08-07', '01a22b33-14f');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-nano-2025-08-07', '01a22b33-150');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5.6-luna-2026-07-09', '01a22b33-150');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5.6-luna-2026-07-09', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-7-nova-2027-01-15', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('served', 'grok-4', '01a22b33-150');
INSERT INTO public.entry_facets VALUES ('served', 'nobody-knows-it', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('served', 'nobody-knows-it', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-14f');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-150');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('user_id', 'ann', '01a22b33-14f');
INSERT INTO public.entry_facets VALUES ('user_id', 'ann', '01a22b33-150');
INSERT INTO public.entry_facets VALUES ('user_id', 'ann', '01a22b33-151');
INSERT INTO public.entry_facets VALUES ('user_id', 'ann', '01a22b33-159');
INSERT INTO public.entry_facets VALUES ('user_id', 'ann', '01a22b33-15a');
INSERT INTO public.entry_facets VALUES ('asked', 'added', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('asked', 'zone', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('cost_status', 'estimated', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('end_user', 'end-user-0', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('end_user', 'end-user-0', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('end_user', 'end-user-1', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('end_user', 'end-user-1', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('end_user', 'end-user-2', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('end_user', 'end-user-3', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('end_user', 'end-user-4', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('key_alias', 'endless', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('key_alias', 'endless', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('key_alias', 'endless', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('key_alias', 'free', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('key_alias', 'soft', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('key_alias', 'spent', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('key_alias', 'strict', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('key_alias', 'strict', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('key_alias', 'strict', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('key_id', '1b182c8288e63fd7da96bc6647dfe6c35cb52c246793df7bbcb88157e2ad6b0b', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('key_id', '3b378cb30431ab2e8841cc849c43d0d15ad6a3d32d0cf8ea66a4eb6281baf848', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('key_id', '457c72e72f2d0301df1d890d83c12a4ae483e473ad9c1d83fb8390f8d21e438a', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('key_id', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('key_id', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('key_id', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('key_id', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('key_id', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('key_id', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('outcome', 'client_gone', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('outcome', 'failed', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('outcome', 'refused', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-4.1-mini-2025-04-14', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-4.1-mini-2025-04-14', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-mini-2025-08-07', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-nano-2025-08-07', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-nano-2025-08-07', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('session_id', 'conversation-0', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('session_id', 'conversation-0', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('session_id', 'conversation-1', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('session_id', 'conversation-1', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('session_id', 'conversation-2', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('user_id', 'ann', '01a22b33-15b');
INSERT INTO public.entry_facets VALUES ('user_id', 'ann', '01a22b33-160');
INSERT INTO public.entry_facets VALUES ('user_id', 'ann', '01a22b33-161');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-16d');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-16d');
INSERT INTO public.entry_facets VALUES ('key_alias', 'strict', '01a22b33-16d');
INSERT INTO public.entry_facets VALUES ('key_id', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', '01a22b33-16d');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-16d');
INSERT INTO public.entry_facets VALUES ('user_id', 'ann', '01a22b33-16d');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-1ac');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-1ac');
INSERT INTO public.entry_facets VALUES ('key_alias', 'endless', '01a22b33-1ac');
INSERT INTO public.entry_facets VALUES ('key_id', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', '01a22b33-1ac');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-2025-08-07', '01a22b33-16d');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-1ac');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-2025-08-07', '01a22b33-1ac');
INSERT INTO public.entry_facets VALUES ('cost_status', 'interrupted', '01a22b33-16d');
INSERT INTO public.entry_facets VALUES ('cost_status', 'interrupted', '01a22b33-1ac');
INSERT INTO public.entry_facets VALUES ('outcome', 'interrupted', '01a22b33-16d');
INSERT INTO public.entry_facets VALUES ('outcome', 'interrupted', '01a22b33-1ac');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-230');
INSERT INTO public.entry_facets VALUES ('asked', 'azure-model-router', '01a22b33-231');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-230');
INSERT INTO public.entry_facets VALUES ('deployment', 'azure_ai/azure-model-router', '01a22b33-231');
INSERT INTO public.entry_facets VALUES ('key_alias', 'endless', '01a22b33-231');
INSERT INTO public.entry_facets VALUES ('key_alias', 'strict', '01a22b33-230');
INSERT INTO public.entry_facets VALUES ('key_id', '4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', '01a22b33-231');
INSERT INTO public.entry_facets VALUES ('key_id', 'd851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', '01a22b33-230');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-nano-2025-08-07', '01a22b33-230');
INSERT INTO public.entry_facets VALUES ('served', 'gpt-5-nano-2025-08-07', '01a22b33-231');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-230');
INSERT INTO public.entry_facets VALUES ('team_id', 'blue', '01a22b33-231');
INSERT INTO public.entry_facets VALUES ('user_id', 'ann', '01a22b33-230');
INSERT INTO public.entry_provider_ids VALUES ('0', '01a22b33-151', 'd5a8d1e6-15ff-46ac-859d-9ab4bb591c00');
INSERT INTO public.entry_provider_ids VALUES ('0', '01a22b33-159', '4038795e-506d-4e46-8fd0-f78da6603cb0');
INSERT INTO public.entry_provider_ids VALUES ('0', '01a22b33-15a', '7c4325c0-c16e-4397-834f-75064c9b4b00');
INSERT INTO public.entry_provider_ids VALUES ('1', '01a22b33-151', 'edb5b0fd-5057-414d-82c0-e9bca4d386f1');
INSERT INTO public.entry_provider_ids VALUES ('2', '01a22b33-150', '2815c3a1-fa25-4196-85c7-08938291b9f2 083c35c6-6c45-444b-897b-d50eb3c96112');
INSERT INTO public.entry_provider_ids VALUES ('2', '01a22b33-151', 'b0ccf439-f3d5-47a4-82cd-62c708f41962 8dce9d04-72fe-431d-8e9d-554d742d81f2');
INSERT INTO public.entry_provider_ids VALUES ('2', '01a22b33-152', 'a3d10c93-1382-45ee-85ea-194dc122b8c2');
INSERT INTO public.entry_provider_ids VALUES ('2', '01a22b33-159', '6bd9cb16-6541-402d-8023-f053e14603d2');
INSERT INTO public.entry_provider_ids VALUES ('3', '01a22b33-151', '3a07dc76-7133-4892-8f55-b7d36c9a4143');
INSERT INTO public.entry_provider_ids VALUES ('4', '01a22b33-150', '0872ed55-58a5-4208-884b-742b779ad294');
INSERT INTO public.entry_provider_ids VALUES ('4', '01a22b33-15a', '25857c9f-b47b-4f54-867e-2baca40267a4');
INSERT INTO public.entry_provider_ids VALUES ('6', '01a22b33-14f', 'aa58c196-d231-492d-81fd-719fe74053f6');
INSERT INTO public.entry_provider_ids VALUES ('6', '01a22b33-151', '417d17b0-731f-45f4-88d6-6920fddf6256');
INSERT INTO public.entry_provider_ids VALUES ('6', '01a22b33-15a', 'b25b78d3-02b5-4f39-8620-2509732f90f6');
INSERT INTO public.entry_provider_ids VALUES ('7', '01a22b33-150', '7647550b-4ad7-4c59-8948-7382f23ebe87');
INSERT INTO public.entry_provider_ids VALUES ('8', '01a22b33-150', '305ae594-9323-436e-8c51-a388c629b5b8');
INSERT INTO public.entry_provider_ids VALUES ('8', '01a22b33-151', 'a2d3f76f-8b64-4cbf-8f92-c1489e4884d8');
INSERT INTO public.entry_provider_ids VALUES ('8', '01a22b33-15a', 'e16ea141-8d75-4a23-83c3-dcfb1ed0f368');
INSERT INTO public.entry_provider_ids VALUES ('a', '01a22b33-15a', '0366d9a9-1d13-4feb-82da-f1142b3a962a ae520026-5f63-4088-8157-b98a2ee82a0a');
INSERT INTO public.entry_provider_ids VALUES ('b', '01a22b33-150', '6051018a-1f94-4a6a-8305-d5490ff08a3b');
INSERT INTO public.entry_provider_ids VALUES ('c', '01a22b33-15a', 'd24a1cfd-158b-4d74-8bbf-a3d987b7628c');
INSERT INTO public.entry_provider_ids VALUES ('e', '01a22b33-15a', '9162aaac-9592-441c-81b9-1026467746ae 2802b74e-6776-41f0-8bcf-a03b86ec680e');
INSERT INTO public.entry_provider_ids VALUES ('0', '01a22b33-161', '512e3348-6262-44f1-899f-07497176e990');
INSERT INTO public.entry_provider_ids VALUES ('1', '01a22b33-161', '8d0f660c-5b53-4cbb-8841-71b7f3ed15c1 50e40686-d155-486b-84e4-ad4896d618b1');
INSERT INTO public.entry_provider_ids VALUES ('2', '01a22b33-161', '930837e8-46f0-47b2-8a02-cf652529bb12');
INSERT INTO public.entry_provider_ids VALUES ('4', '01a22b33-15b', '59f4579e-93a9-4a00-8c46-60601a9cb054');
INSERT INTO public.entry_provider_ids VALUES ('4', '01a22b33-161', '31cc0d16-546f-46d0-85b7-17949e76d414');
INSERT INTO public.entry_provider_ids VALUES ('5', '01a22b33-15b', '552d3447-a448-44ab-8da1-e336c0d0a065');
INSERT INTO public.entry_provider_ids VALUES ('5', '01a22b33-160', 'f3f78465-d3be-4462-873c-0ed585d01a25');
INSERT INTO public.entry_provider_ids VALUES ('5', '01a22b33-161', '2e9247a7-78da-441b-8324-e6ae6f32aff5');
INSERT INTO public.entry_provider_ids VALUES ('6', '01a22b33-15b', 'c5833643-0eb8-4ca7-831e-602921444506');
INSERT INTO public.entry_provider_ids VALUES ('6', '01a22b33-161', 'e35017bd-4a0d-4728-884b-845aa1c11806');
INSERT INTO public.entry_provider_ids VALUES ('7', '01a22b33-161', '694499ce-79ae-4f21-896a-0d958faf4ca7');
INSERT INTO public.entry_provider_ids VALUES ('8', '01a22b33-161', '3f1961db-8150-4123-83b6-394605d182e8');
INSERT INTO public.entry_provider_ids VALUES ('9', '01a22b33-15a', 'd60b99b6-12a0-481d-81a8-5af16da69329 f08689a6-5160-4ac9-8051-ab506f851eb9 48f078b8-bd14-4517-8dc8-c55abacff009');
INSERT INTO public.entry_provider_ids VALUES ('9', '01a22b33-161', 'e983ed91-7be7-4ad2-87ea-bf0f7e3ec6e9');
INSERT INTO public.entry_provider_ids VALUES ('c', '01a22b33-15b', '9ee9a3e9-ba03-4b4c-8479-2f1f27e9505c 66d3e231-6c4b-40e0-8c25-b16c6f37283c');
INSERT INTO public.entry_provider_ids VALUES ('d', '01a22b33-161', '36eb7d17-d4ec-4635-85bb-09cf95b1b87d');
INSERT INTO public.entry_provider_ids VALUES ('e', '01a22b33-160', '15daba60-8869-4aae-8555-b9eaffd5195e');
INSERT INTO public.entry_provider_ids VALUES ('e', '01a22b33-161', '3ef1d265-7109-46ed-8f71-3e94be481a9e f288cef9-3f2a-4183-8c24-5fcad4c6491e');
INSERT INTO public.entry_provider_ids VALUES ('3', '01a22b33-1ac', '9024090e-14ab-4075-8561-7670aec42533 9024090e-14ab-4075-8561-7670aec42533');
INSERT INTO public.entry_provider_ids VALUES ('6', '01a22b33-16d', 'd16b76b8-1521-46cc-811a-acb02e6ce2d6 d16b76b8-1521-46cc-811a-acb02e6ce2d6');
INSERT INTO public.entry_provider_ids VALUES ('1', '01a22b33-231', 'e6040b18-9f7d-43cd-8d2c-0c5d9439ac81');
INSERT INTO public.entry_provider_ids VALUES ('7', '01a22b33-230', '0e81e490-8e7b-4001-850f-8a1df6cdf957');
INSERT INTO public.entry_tags VALUES ('priced-later', '01a22b33-159c-7c66-8d5a-0fa67cc3a902');
INSERT INTO public.entry_tags VALUES ('strict', '01a22b33-159c-7c66-8d5a-0fa67cc3a902');
INSERT INTO public.entry_tags VALUES ('endless', '01a22b33-15a1-76cb-a977-539e69a32fa1');
INSERT INTO public.entry_tags VALUES ('priced-later', '01a22b33-15a1-76cb-a977-539e69a32fa1');
INSERT INTO public.entry_tags VALUES ('free', '01a22b33-15a2-7eb1-98d8-bf117e620c2f');
INSERT INTO public.entry_tags VALUES ('priced-later', '01a22b33-15a2-7eb1-98d8-bf117e620c2f');
INSERT INTO public.entry_tags VALUES ('t0', '01a22b33-160e-732e-b8f1-b19f59d2e4bf');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-160e-732e-b8f1-b19f59d2e4bf');
INSERT INTO public.entry_tags VALUES ('t1', '01a22b33-160f-7dbd-b257-abab80196968');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-160f-7dbd-b257-abab80196968');
INSERT INTO public.entry_tags VALUES ('t2', '01a22b33-1611-74e6-a417-7c2f1c132cb5');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-1611-74e6-a417-7c2f1c132cb5');
INSERT INTO public.entry_tags VALUES ('t3', '01a22b33-1612-78e5-b786-6469669480b0');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-1612-78e5-b786-6469669480b0');
INSERT INTO public.entry_tags VALUES ('t0', '01a22b33-1613-7c0b-99a7-3a62cd23e3db');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-1613-7c0b-99a7-3a62cd23e3db');
INSERT INTO public.entry_tags VALUES ('t1', '01a22b33-1614-7ee2-a352-e415f591632a');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-1614-7ee2-a352-e415f591632a');
INSERT INTO public.entry_tags VALUES ('t2', '01a22b33-1616-712a-830d-13d39296a47c');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-1616-712a-830d-13d39296a47c');
INSERT INTO public.entry_tags VALUES ('t3', '01a22b33-1617-7387-b67e-a05eb8eb92e4');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-1617-7387-b67e-a05eb8eb92e4');
INSERT INTO public.entry_tags VALUES ('t0', '01a22b33-1618-76bd-93d1-383a350bed1a');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-1618-76bd-93d1-383a350bed1a');
INSERT INTO public.entry_tags VALUES ('t1', '01a22b33-1619-7899-9c4d-39aeef14ea32');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-1619-7899-9c4d-39aeef14ea32');
INSERT INTO public.entry_tags VALUES ('t2', '01a22b33-161a-7c47-a116-0bead91fa19f');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-161a-7c47-a116-0bead91fa19f');
INSERT INTO public.entry_tags VALUES ('t3', '01a22b33-161b-7e50-904f-62730f9d475b');
INSERT INTO public.entry_tags VALUES ('ünïcode', '01a22b33-161b-7e50-904f-62730f9d475b');
INSERT INTO public.instances VALUES ('01a22b33-12e3-76b2-b693-67e973438c66', 6, 1796021101228665, 0);
INSERT INTO public.keys VALUES ('d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 'sk-...dec4', 'strict', '[]', NULL, NULL, NULL, NULL, 12250000000000, '30d', 0, 'blue', 'ann', '{"cost_center":7}', 0, 0, 1796021097669268, 1796021097669268);
INSERT INTO public.keys VALUES ('3b378cb30431ab2e8841cc849c43d0d15ad6a3d32d0cf8ea66a4eb6281baf848', 'sk-...4614', 'soft', '[]', NULL, NULL, NULL, NULL, 500000000000, '24h', 1, NULL, NULL, NULL, 0, 0, 1796021097673384, 1796021097673384);
INSERT INTO public.keys VALUES ('4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 'sk-...afb1', 'endless', '[]', NULL, NULL, NULL, NULL, 100000000000000, NULL, 0, 'blue', NULL, NULL, 0, 0, 1796021097676815, 1796021097676815);
INSERT INTO public.keys VALUES ('457c72e72f2d0301df1d890d83c12a4ae483e473ad9c1d83fb8390f8d21e438a', 'sk-...2614', 'spent', '[]', NULL, NULL, NULL, NULL, 100000, NULL, 1, NULL, NULL, NULL, 0, 0, 1796021097687830, 1796021097687830);
INSERT INTO public.keys VALUES ('1e17b0dbbf1de7d3137021c27f4fa4a7550b687a2fa27930f876ca7ac4d8ab01', 'sk-...39c5', 'blocked', '[]', NULL, NULL, NULL, NULL, 3000000000000, NULL, 0, NULL, NULL, NULL, 1, 0, 1796021097692523, 1796021097692523);
INSERT INTO public.keys VALUES ('8cbe13c7499606d9d3222d04a806e34b5b34add3c505db59568668d44a4236e8', 'sk-...44bf', 'admin', '[]', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, 1, 1796021097696107, 1796021097696107);
INSERT INTO public.leases VALUES ('key:4ef95d4ac82ac9b99697228cf486b5f4076d65724b5c7ce61d90b00936d928af', 1796021097676815, '01a22b33-12e3-76b2-b693-67e973438c66', 12460289111250);
INSERT INTO public.leases VALUES ('key:d851a58ca881bd35077aa0efb401a4e24c76192341a6c8191a9ad97256aa6f9f', 1796021097669268, '01a22b33-12e3-76b2-b693-67e973438c66', 1411931840000);
INSERT INTO public.leases VALUES ('team:blue', 1796021097654265, '01a22b33-12e3-76b2-b693-67e973438c66', 4840970951250);
INSERT INTO public.leases VALUES ('user:ann', 1796021097664296, '01a22b33-12e3-76b2-b693-67e973438c66', 3068181840000);
INSERT INTO public.models VALUES ('added-1', 'added', '{"api_base":"http://127.0.0.1:21418/openai/v1/","api_key":"fareway:v1:QP6ttqUykGPpdo0QNEg7z2Gm5MEscfsbLo_wnfAHpnd2gROKf5gATPIn1gz1qbG5Eh8eq7Qh2OAMTps5PQ","model":"azure_ai/azure-model-router"}', '{"id":"added-1"}', 0, 'master_key', 'master_key', 1796021097699550, 1796021097699652);
INSERT INTO public.models VALUES ('added-2', 'own-price', '{"api_base":"http://127.0.0.1:21418/openai/v1/","client_id":"client","client_secret":"fareway:v1:GgP3jqvQL5R9xjRptbw2DN-TZqsdKrraQ4h3sR4R36bKv9MuFCqK1lJedvD0vgBh-B0EXB450cly9g","model":"azure_ai/my-deployment","tenant_id":"tenant"}', '{"id":"added-2","input_cost_per_token":3e-06,"output_cost_per_token":7e-06}', 0, 'master_key', 'master_key', 1796021097709086, 1796021097709207);
INSERT INTO public.revision VALUES (1, 12);
INSERT INTO public.schema_version VALUES (1);
INSERT INTO public.schema_version VALUES (2);
INSERT INTO public.schema_version VALUES (3);
INSERT INTO public.schema_version VALUES (4);
INSERT INTO public.sessions VALUES ('d225ad3cedb111b6234c7795f0496fa93653d1e4f2a890ca58cc67f611762b98', NULL, '4c5fa614b6e90bd16da7d52964c5e706e574facb16334217040091ea9df86714', 1796021098023707, 1796064298023707);
INSERT INTO public.spool_positions VALUES ('01a22b33-12e3-76b2-b693-67e973438c66', 'worker_0', 3, 1332);
INSERT INTO public.spool_positions VALUES ('01a22b33-12e3-76b2-b693-67e973438c66', 'worker_1', 3, 1400);
INSERT INTO public.teams VALUES ('blue', 'Blue', '[]', 5000, NULL, NULL, 40000000000000, '30d', 0, '[]', NULL, 0, 1796021097654255, 1796021097654265);
INSERT INTO public.users VALUES ('ann', NULL, 'ann@example.com', NULL, '[]', NULL, NULL, NULL, 25500000000000, '7d', 0, NULL, 1796021097664286, 1796021097664296);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.budgets
    ADD CONSTRAINT budgets_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.daily
    ADD CONSTRAINT daily_pkey PRIMARY KEY (tag, day, asked, served, deployment, key_id, team_id, user_id, outcome, cost_status);
ALTER TABLE ONLY public.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.entry_facets
    ADD CONSTRAINT entry_facets_pkey PRIMARY KEY (facet, term, block);
ALTER TABLE ONLY public.entry_provider_ids
    ADD CONSTRAINT entry_provider_ids_pkey PRIMARY KEY (ending, block);
ALTER TABLE ONLY public.entry_tags
    ADD CONSTRAINT entry_tags_pkey PRIMARY KEY (tag, id);
ALTER TABLE ONLY public.entry_texts
    ADD CONSTRAINT entry_texts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.instances
    ADD CONSTRAINT instances_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.keys
    ADD CONSTRAINT keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.leases
    ADD CONSTRAINT leases_pkey PRIMARY KEY (budget, window_start, instance);
ALTER TABLE ONLY public.models
    ADD CONSTRAINT models_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.spool_positions
    ADD CONSTRAINT spool_positions_pkey PRIMARY KEY (instance, writer);
ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX audit_subject ON public.audit USING btree (subject, id);
CREATE INDEX entries_interrupted ON public.entries USING btree (instance, id) WHERE (outcome = 'interrupted'::text);
CREATE INDEX entries_open ON public.entries USING btree (id) WHERE (outcome = 'open'::text);
CREATE INDEX entry_tags_id ON public.entry_tags USING btree (id);
CREATE UNIQUE INDEX keys_alias ON public.keys USING btree (alias) WHERE (alias IS NOT NULL);
CREATE INDEX sessions_expires ON public.sessions USING btree (expires_at);
CREATE TRIGGER revision_notify AFTER UPDATE ON public.revision FOR EACH ROW EXECUTE FUNCTION public.fareway_notify();
