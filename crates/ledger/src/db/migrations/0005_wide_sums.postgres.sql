-- Sums of money are whole dollars (_usd) and the picodollars beyond them (_pico), as in `daily`: a BIGINT of
-- picodollars ends at $9.22 M. Where SQLite has made a float of a sum that was larger, the cast takes its
-- largest whole number.
ALTER TABLE budgets ADD COLUMN max_usd BIGINT;
ALTER TABLE budgets ADD COLUMN spent_usd BIGINT NOT NULL DEFAULT 0;
ALTER TABLE budgets ADD COLUMN leased_usd BIGINT NOT NULL DEFAULT 0;
UPDATE budgets SET
    max_usd = CAST(max_pico AS BIGINT) / 1000000000000,
    max_pico = CAST(max_pico AS BIGINT) % 1000000000000,
    spent_usd = CAST(spent_pico AS BIGINT) / 1000000000000,
    spent_pico = CAST(spent_pico AS BIGINT) % 1000000000000,
    leased_usd = CAST(leased_pico AS BIGINT) / 1000000000000,
    leased_pico = CAST(leased_pico AS BIGINT) % 1000000000000;

ALTER TABLE leases ADD COLUMN amount_usd BIGINT NOT NULL DEFAULT 0;
UPDATE leases SET
    amount_usd = CAST(amount_pico AS BIGINT) / 1000000000000,
    amount_pico = CAST(amount_pico AS BIGINT) % 1000000000000;

ALTER TABLE keys ADD COLUMN max_usd BIGINT;
UPDATE keys SET max_usd = max_pico / 1000000000000, max_pico = max_pico % 1000000000000;
ALTER TABLE teams ADD COLUMN max_usd BIGINT;
UPDATE teams SET max_usd = max_pico / 1000000000000, max_pico = max_pico % 1000000000000;
ALTER TABLE users ADD COLUMN max_usd BIGINT;
UPDATE users SET max_usd = max_pico / 1000000000000, max_pico = max_pico % 1000000000000;
