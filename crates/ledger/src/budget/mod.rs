//! Budgets in memory, against money that the store has leased to this instance.
