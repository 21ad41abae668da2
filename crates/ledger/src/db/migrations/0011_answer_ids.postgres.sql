-- The ids of answers are listed beside those under which the provider knows requests.
INSERT INTO entry_provider_ids
    SELECT substr(answer_id, length(answer_id)), substr(id, 1, 12), string_agg(answer_id, ' ')
    FROM entries WHERE answer_id <> '' GROUP BY 1, 2
    ON CONFLICT (ending, block) DO UPDATE SET ids = entry_provider_ids.ids || ' ' || excluded.ids;
