-- The ids under which the provider knows requests: of each 16 milliseconds those that end alike in one row,
-- with a space between them. They are random, so that an index of them had a page to write for each entry.
CREATE TABLE entry_provider_ids (
    ending TEXT COLLATE "C" NOT NULL,
    block TEXT COLLATE "C" NOT NULL,
    ids TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (ending, block)
);

INSERT INTO entry_provider_ids
    SELECT substr(provider_request_id, length(provider_request_id)), substr(id, 1, 12),
        string_agg(provider_request_id, ' ')
    FROM entries WHERE provider_request_id <> '' GROUP BY 1, 2;

DROP INDEX entries_provider_request;
