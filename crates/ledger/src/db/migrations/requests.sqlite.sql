-- Requests for people: times as text (UTC), money in dollars as text, since SQLite knows no decimals.
DROP VIEW IF EXISTS requests;
CREATE VIEW requests AS
SELECT
    id,
    strftime('%Y-%m-%d %H:%M:%S', at / 1000000, 'unixepoch') || printf('.%06d', at % 1000000) AS at,
    asked, served, deployment, stream,
    outcome, status_code, error, service_tier,
    prompt_tokens, cached_tokens, cache_write_tokens, output_tokens, usage_source,
    cost_status,
    CASE WHEN cost_pico IS NOT NULL
        THEN printf('%d.%012d', cost_pico / 1000000000000, cost_pico % 1000000000000) END AS cost_usd,
    printf('%d.%012d', known_pico / 1000000000000, known_pico % 1000000000000) AS known_usd,
    CASE WHEN fee_pico IS NOT NULL
        THEN printf('%d.%012d', fee_pico / 1000000000000, fee_pico % 1000000000000) END AS fee_usd,
    printf('%d.%012d', charged_pico / 1000000000000, charged_pico % 1000000000000) AS charged_usd,
    headers_ms, first_content_ms, duration_ms,
    key_id, key_alias, team_id, user_id, end_user, session_id, tags, metadata,
    provider_request_id, answer_id, instance, client_ip, provider_region, api
FROM entries;
