-- Several budget windows of a key, team or user that hold at once: each is a budget of its own, such as
-- `key/1d:…`, whose owner is the budget beside which it stands.
ALTER TABLE keys ADD COLUMN budget_limits TEXT COLLATE "C";
ALTER TABLE teams ADD COLUMN budget_limits TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN budget_limits TEXT COLLATE "C";
ALTER TABLE budgets ADD COLUMN owner TEXT COLLATE "C";
CREATE INDEX budgets_owner ON budgets (owner) WHERE owner IS NOT NULL;
