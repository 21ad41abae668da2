//! The columns of keys, teams, users and models.

use serde::{Deserialize, Serialize};

use super::Record;
use crate::{
    db::{
        Cells, Conflict, DbError, Flag, Form, Int, Json, Kind, Row, Stored, Table, Text, columns,
    },
    key::{BudgetTerms, Duration, Key, StoredModel, Team, User, budget_window::BudgetWindow},
    store::wide_sums::{Dollars, Picos},
};

columns!(Key {
    "id" => id: Text,
    "name" => name: Text,
    "alias" => alias: Text,
    "models" => models: Json,
    "expires_at" => expires_at: Int,
    "rpm" => limits.rpm: Int,
    "tpm" => limits.tpm: Int,
    "parallel" => limits.parallel: Int,
    "max_usd" => budget.max: Dollars,
    "max_pico" => budget.max: Picos,
    "duration" => budget.duration: Text,
    "soft" => budget.soft: Flag,
    "team_id" => team_id: Text,
    "user_id" => user_id: Text,
    "metadata" => metadata: Json,
    "blocked" => blocked: Flag,
    "admin" => admin: Flag,
    "created_at" => created_at: Int,
    "updated_at" => updated_at: Int,
    "budget_limits" => windows: Windows,
});

columns!(Team {
    "id" => id: Text,
    "alias" => alias: Text,
    "models" => models: Json,
    "rpm" => limits.rpm: Int,
    "tpm" => limits.tpm: Int,
    "parallel" => limits.parallel: Int,
    "max_usd" => budget.max: Dollars,
    "max_pico" => budget.max: Picos,
    "duration" => budget.duration: Text,
    "soft" => budget.soft: Flag,
    "members" => members: Json,
    "metadata" => metadata: Json,
    "blocked" => blocked: Flag,
    "created_at" => created_at: Int,
    "updated_at" => updated_at: Int,
    "budget_limits" => windows: Windows,
});

columns!(User {
    "id" => id: Text,
    "alias" => alias: Text,
    "email" => email: Text,
    "role" => role: Text,
    "models" => models: Json,
    "rpm" => limits.rpm: Int,
    "tpm" => limits.tpm: Int,
    "parallel" => limits.parallel: Int,
    "max_usd" => budget.max: Dollars,
    "max_pico" => budget.max: Picos,
    "duration" => budget.duration: Text,
    "soft" => budget.soft: Flag,
    "metadata" => metadata: Json,
    "created_at" => created_at: Int,
    "updated_at" => updated_at: Int,
    "budget_limits" => windows: Windows,
});

columns!(StoredModel {
    "id" => id: Text,
    "model_group" => group: Text,
    "params" => params: Json,
    "info" => info: Json,
    "blocked" => blocked: Flag,
    "created_by" => created_by: Text,
    "updated_by" => updated_by: Text,
    "created_at" => created_at: Int,
    "updated_at" => updated_at: Int,
});

/// A table of records: a new one replaces the one of its id.
const fn table(name: &'static str, columns: &'static [(&'static str, Kind)]) -> Table {
    Table { name, columns, conflict: Conflict::Replace }
}

// === impl Record ===

impl Record for Key {
    const TABLE: &'static Table = &table("keys", Self::COLUMNS);
    const NOUN: &'static str = "key";
    const BUDGET: Option<&'static str> = Some("key");

    fn id(&self) -> &str {
        &self.id
    }

    fn terms(&self) -> BudgetTerms {
        self.budget.clone()
    }

    fn windows(&self) -> &[BudgetWindow] {
        &self.windows
    }
}

impl Record for Team {
    const TABLE: &'static Table = &table("teams", Self::COLUMNS);
    const NOUN: &'static str = "team";
    const BUDGET: Option<&'static str> = Some("team");

    fn id(&self) -> &str {
        &self.id
    }

    fn terms(&self) -> BudgetTerms {
        self.budget.clone()
    }

    fn windows(&self) -> &[BudgetWindow] {
        &self.windows
    }
}

impl Record for User {
    const TABLE: &'static Table = &table("users", Self::COLUMNS);
    const NOUN: &'static str = "user";
    const BUDGET: Option<&'static str> = Some("user");

    fn id(&self) -> &str {
        &self.id
    }

    fn terms(&self) -> BudgetTerms {
        self.budget.clone()
    }

    fn windows(&self) -> &[BudgetWindow] {
        &self.windows
    }
}

impl Record for StoredModel {
    const TABLE: &'static Table = &table("models", Self::COLUMNS);
    const NOUN: &'static str = "model";
    const BUDGET: Option<&'static str> = None;

    fn id(&self) -> &str {
        &self.id
    }
}

// === impl Form ===

impl Form<Option<Duration>> for Text {
    fn put(value: &Option<Duration>, to: &mut Cells) {
        to.opt_text(value.as_ref().map(Duration::as_str));
    }

    fn read(into: &mut Option<Duration>, row: &mut Row) -> Result<(), DbError> {
        let unreadable = || DbError::unreadable("a duration such as `30d`");
        let read = |text: String| Duration::parse(&text).ok_or_else(unreadable);
        *into = row.opt_text()?.map(read).transpose()?;
        Ok(())
    }
}

/// Budget windows as JSON; nothing where there are none.
struct Windows;

/// One window, as it is stored.
#[derive(Serialize, Deserialize)]
struct Window {
    budget_duration: String,
    max_budget: String,
}

impl Windows {
    const KIND: Kind = Kind::Json;
}

impl Form<Vec<BudgetWindow>> for Windows {
    fn put(value: &Vec<BudgetWindow>, to: &mut Cells) {
        let stored = |window: &BudgetWindow| Window {
            budget_duration: window.duration.as_str().to_owned(),
            max_budget: window.max.to_string(),
        };
        let all: Vec<_> = value.iter().map(stored).collect();
        let json = serde_json::to_string(&all).unwrap_or_default();
        to.opt_text((!all.is_empty()).then_some(&*json));
    }

    fn read(into: &mut Vec<BudgetWindow>, row: &mut Row) -> Result<(), DbError> {
        let unreadable = || DbError::unreadable("a list of budget windows in JSON");
        let read = |window: Window| {
            let duration = Duration::parse(&window.budget_duration)?;
            Some(BudgetWindow { duration, max: window.max_budget.parse().ok()? })
        };
        let all: Vec<Window> = match row.opt_text()? {
            Some(json) => serde_json::from_str(&json).map_err(|_| unreadable())?,
            None => Vec::new(),
        };
        *into = all.into_iter().map(read).collect::<Option<_>>().ok_or_else(unreadable)?;
        Ok(())
    }
}
