-- Of what a budget was charged in its window, the part beyond the known cost of its requests.
ALTER TABLE budgets ADD COLUMN held_usd BIGINT NOT NULL DEFAULT 0;
ALTER TABLE budgets ADD COLUMN held_pico BIGINT NOT NULL DEFAULT 0;
