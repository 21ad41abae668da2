-- Requests for people: times with time zone, money in dollars.
DROP VIEW IF EXISTS requests;
CREATE VIEW requests AS
SELECT
    id,
    TIMESTAMPTZ 'epoch' + at * INTERVAL '1 microsecond' AS at,
    asked, served, deployment, stream <> 0 AS stream,
    outcome, status_code, error, service_tier,
    prompt_tokens, cached_tokens, cache_write_tokens, output_tokens, usage_source,
    cost_status,
    (cost_pico * 0.000000000001)::NUMERIC(20, 12) AS cost_usd,
    (known_pico * 0.000000000001)::NUMERIC(20, 12) AS known_usd,
    (fee_pico * 0.000000000001)::NUMERIC(20, 12) AS fee_usd,
    (charged_pico * 0.000000000001)::NUMERIC(20, 12) AS charged_usd,
    headers_ms, first_content_ms, duration_ms,
    key_id, key_alias, team_id, user_id, end_user, session_id, tags, metadata,
    provider_request_id, answer_id, instance, client_ip, provider_region, api
FROM entries;

COMMENT ON VIEW requests IS
    'Every request that was sent to Azure: what was asked, what was served, and what it exactly cost';
COMMENT ON COLUMN requests.id IS 'Fareway''s id of the request, a UUID of version 7: ids sort by time';
COMMENT ON COLUMN requests.at IS 'When the request came in';
COMMENT ON COLUMN requests.asked IS 'The model group that the client asked for';
COMMENT ON COLUMN requests.served IS 'The model that answered, as the answer names it';
COMMENT ON COLUMN requests.deployment IS 'The deployment that answered or was tried last';
COMMENT ON COLUMN requests.stream IS 'Whether the answer was a stream';
COMMENT ON COLUMN requests.outcome IS
    'open, completed, refused, failed, client_gone or interrupted';
COMMENT ON COLUMN requests.status_code IS 'HTTP status of the refusal, if it was one';
COMMENT ON COLUMN requests.error IS 'The upstream''s code, or what went wrong';
COMMENT ON COLUMN requests.service_tier IS 'The tier that was billed, as the answer names it';
COMMENT ON COLUMN requests.prompt_tokens IS 'All prompt tokens, cached ones included';
COMMENT ON COLUMN requests.cached_tokens IS 'Of the prompt tokens, read from the cache';
COMMENT ON COLUMN requests.cache_write_tokens IS 'Of the prompt tokens, written to the cache';
COMMENT ON COLUMN requests.output_tokens IS 'Everything generated, reasoning included';
COMMENT ON COLUMN requests.usage_source IS 'Where the counts are from: reported, estimated or missing';
COMMENT ON COLUMN requests.cost_status IS
    'exact, inferred, estimated, partial, unpriced, open or interrupted';
COMMENT ON COLUMN requests.cost_usd IS 'The whole cost in dollars, routing fee included; empty where it is not known';
COMMENT ON COLUMN requests.known_usd IS 'The part of the cost that is known, in dollars';
COMMENT ON COLUMN requests.fee_usd IS 'The routing fee in dollars; empty where it is not known';
COMMENT ON COLUMN requests.charged_usd IS
    'What budgets were charged, in dollars: the cost, or what was set aside where it is not known';
COMMENT ON COLUMN requests.headers_ms IS 'Milliseconds until the upstream''s headers were in';
COMMENT ON COLUMN requests.first_content_ms IS 'Milliseconds until the first part of a streamed answer';
COMMENT ON COLUMN requests.duration_ms IS 'Milliseconds until the request was settled';
COMMENT ON COLUMN requests.key_id IS 'SHA-256 of the key in hex; empty for the master key';
COMMENT ON COLUMN requests.key_alias IS 'The key''s alias when the request was made';
COMMENT ON COLUMN requests.team_id IS 'The key''s team';
COMMENT ON COLUMN requests.user_id IS 'The key''s user';
COMMENT ON COLUMN requests.end_user IS 'The client''s own user, as the request named it';
COMMENT ON COLUMN requests.session_id IS 'Groups the requests of one conversation';
COMMENT ON COLUMN requests.tags IS 'A JSON array of text';
COMMENT ON COLUMN requests.metadata IS 'The client''s metadata, as a JSON object';
COMMENT ON COLUMN requests.provider_request_id IS 'The id under which Azure knows the request';
COMMENT ON COLUMN requests.answer_id IS 'The upstream''s id of the answer';
COMMENT ON COLUMN requests.instance IS 'The gateway that took the request';
COMMENT ON COLUMN requests.client_ip IS 'The client''s IP address';
COMMENT ON COLUMN requests.provider_region IS 'The provider''s region that answered, such as East US 2';
COMMENT ON COLUMN requests.api IS 'The API that was spoken, such as chat or embeddings; absent from entries of versions that had chats only';

COMMENT ON TABLE entries IS
    'Requests as the gateway keeps them: money in picodollars (1e-12 USD), times in microseconds since 1970 (UTC). The view `requests` is for people';
COMMENT ON TABLE entry_facets IS
    'In which 16 milliseconds (block: the beginning of their ids) there are entries of one value';
COMMENT ON TABLE entry_provider_ids IS
    'In which 16 milliseconds (block: the beginning of their ids) there are entries that the provider knows under ids of one last character';
COMMENT ON TABLE entry_tags IS 'The tags of settled requests, one row each';
COMMENT ON TABLE entry_texts IS 'Prompts and answers, only where they are to be stored';
COMMENT ON TABLE daily IS
    'Settled requests by day (days since 1970, UTC): all under the tag '''', and once for each of their tags. A sum is whole dollars (_usd) and the picodollars beyond them (_pico)';
COMMENT ON TABLE keys IS 'Virtual keys: the id is the SHA-256 of the key, which is kept nowhere';
COMMENT ON TABLE teams IS 'Teams with their limits and budgets';
COMMENT ON TABLE users IS 'Users with their limits and budgets';
COMMENT ON TABLE models IS 'Deployments that were added by API';
COMMENT ON TABLE budgets IS
    'What is spent in the current window, and what gateways may still spend on their own (leased). A sum is whole dollars (_usd) and the picodollars beyond them (_pico)';
COMMENT ON TABLE leases IS 'What of a budget each gateway may spend on its own';
COMMENT ON TABLE instances IS
    'Gateways that write here: `beats` grows while one lives, `gone` is 1 while others have settled what it had open';
COMMENT ON TABLE spool_positions IS 'How far each gateway''s spool has come into the database';
COMMENT ON TABLE replaced_keys IS 'Keys that were replaced and still work until they expire, as the key after them';
COMMENT ON TABLE sessions IS 'Who has signed in to the admin UI: the id is the SHA-256 of the cookie, which is kept nowhere';
COMMENT ON TABLE audit IS 'Who has changed what, and who has signed in';
COMMENT ON TABLE refusals IS 'How many requests the gateway itself has refused, by key, reason and minute';
COMMENT ON TABLE widened_pools IS
    'Routers that a model outside their router_models has answered, and whose whole pool counts';
COMMENT ON TABLE revision IS 'Raised by every change of keys, teams, users and models';
COMMENT ON TABLE schema_version IS 'The version of these tables';
