//! The columns of keys, teams, users and models.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Record;
use crate::{
    db::{Cells, DbError, Kind, Row, Table},
    key::{
        BudgetTerms, Duration, Key, Limits, StoredModel, Team, User, budget_window::BudgetWindow,
    },
    store::wide_sums,
};
use Kind::{Int, Text};

// === impl Record ===

impl Record for Key {
    const TABLE: &'static Table = &Table {
        name: "keys",
        columns: &[
            ("id", Text),
            ("name", Text),
            ("alias", Text),
            ("models", Text),
            ("expires_at", Int),
            ("rpm", Int),
            ("tpm", Int),
            ("parallel", Int),
            ("max_usd", Int),
            ("max_pico", Int),
            ("duration", Text),
            ("soft", Int),
            ("team_id", Text),
            ("user_id", Text),
            ("metadata", Text),
            ("blocked", Int),
            ("admin", Int),
            ("created_at", Int),
            ("updated_at", Int),
            ("budget_limits", Text),
        ],
        conflict: "",
    };
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

    fn cells(&self, to: &mut Cells) {
        to.text(&self.id);
        to.text(&self.name);
        to.opt_text(self.alias.as_deref());
        to.text(&json(&self.models));
        to.opt_int(self.expires_at);
        put_limits(&self.limits, to);
        put_terms(&self.budget, to);
        to.opt_text(self.team_id.as_deref());
        to.opt_text(self.user_id.as_deref());
        to.opt_text(self.metadata.as_deref());
        to.int(self.blocked.into());
        to.int(self.admin.into());
        to.int(self.created_at);
        to.int(self.updated_at);
        put_windows(&self.windows, to);
    }

    fn read(row: &mut Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text()?,
            name: row.text()?,
            alias: row.opt_text()?,
            models: list(&row.text()?),
            expires_at: row.opt_int()?,
            limits: limits(row)?,
            budget: terms(row)?,
            team_id: row.opt_text()?,
            user_id: row.opt_text()?,
            metadata: row.opt_text()?,
            blocked: row.flag()?,
            admin: row.flag()?,
            created_at: row.int()?,
            updated_at: row.int()?,
            windows: windows(row)?,
        })
    }
}

impl Record for Team {
    const TABLE: &'static Table = &Table {
        name: "teams",
        columns: &[
            ("id", Text),
            ("alias", Text),
            ("models", Text),
            ("rpm", Int),
            ("tpm", Int),
            ("parallel", Int),
            ("max_usd", Int),
            ("max_pico", Int),
            ("duration", Text),
            ("soft", Int),
            ("members", Text),
            ("metadata", Text),
            ("blocked", Int),
            ("created_at", Int),
            ("updated_at", Int),
            ("budget_limits", Text),
        ],
        conflict: "",
    };
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

    fn cells(&self, to: &mut Cells) {
        to.text(&self.id);
        to.opt_text(self.alias.as_deref());
        to.text(&json(&self.models));
        put_limits(&self.limits, to);
        put_terms(&self.budget, to);
        to.text(&json(&self.members));
        to.opt_text(self.metadata.as_deref());
        to.int(self.blocked.into());
        to.int(self.created_at);
        to.int(self.updated_at);
        put_windows(&self.windows, to);
    }

    fn read(row: &mut Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text()?,
            alias: row.opt_text()?,
            models: list(&row.text()?),
            limits: limits(row)?,
            budget: terms(row)?,
            members: list(&row.text()?),
            metadata: row.opt_text()?,
            blocked: row.flag()?,
            created_at: row.int()?,
            updated_at: row.int()?,
            windows: windows(row)?,
        })
    }
}

impl Record for User {
    const TABLE: &'static Table = &Table {
        name: "users",
        columns: &[
            ("id", Text),
            ("alias", Text),
            ("email", Text),
            ("role", Text),
            ("models", Text),
            ("rpm", Int),
            ("tpm", Int),
            ("parallel", Int),
            ("max_usd", Int),
            ("max_pico", Int),
            ("duration", Text),
            ("soft", Int),
            ("metadata", Text),
            ("created_at", Int),
            ("updated_at", Int),
            ("budget_limits", Text),
        ],
        conflict: "",
    };
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

    fn cells(&self, to: &mut Cells) {
        to.text(&self.id);
        to.opt_text(self.alias.as_deref());
        to.opt_text(self.email.as_deref());
        to.opt_text(self.role.as_deref());
        to.text(&json(&self.models));
        put_limits(&self.limits, to);
        put_terms(&self.budget, to);
        to.opt_text(self.metadata.as_deref());
        to.int(self.created_at);
        to.int(self.updated_at);
        put_windows(&self.windows, to);
    }

    fn read(row: &mut Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text()?,
            alias: row.opt_text()?,
            email: row.opt_text()?,
            role: row.opt_text()?,
            models: list(&row.text()?),
            limits: limits(row)?,
            budget: terms(row)?,
            metadata: row.opt_text()?,
            created_at: row.int()?,
            updated_at: row.int()?,
            windows: windows(row)?,
        })
    }
}

impl Record for StoredModel {
    const TABLE: &'static Table = &Table {
        name: "models",
        columns: &[
            ("id", Text),
            ("model_group", Text),
            ("params", Text),
            ("info", Text),
            ("blocked", Int),
            ("created_by", Text),
            ("updated_by", Text),
            ("created_at", Int),
            ("updated_at", Int),
        ],
        conflict: "",
    };
    const NOUN: &'static str = "model";
    const BUDGET: Option<&'static str> = None;

    fn id(&self) -> &str {
        &self.id
    }

    fn cells(&self, to: &mut Cells) {
        to.text(&self.id);
        to.text(&self.group);
        to.text(&self.params);
        to.text(&self.info);
        to.int(self.blocked.into());
        to.opt_text(self.created_by.as_deref());
        to.opt_text(self.updated_by.as_deref());
        to.int(self.created_at);
        to.int(self.updated_at);
    }

    fn read(row: &mut Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text()?,
            group: row.text()?,
            params: row.text()?,
            info: row.text()?,
            blocked: row.flag()?,
            created_by: row.opt_text()?,
            updated_by: row.opt_text()?,
            created_at: row.int()?,
            updated_at: row.int()?,
        })
    }
}

fn put_limits(limits: &Limits, to: &mut Cells) {
    for limit in [limits.rpm, limits.tpm, limits.parallel] {
        to.opt_int(limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX)));
    }
}

fn limits(row: &mut Row) -> Result<Limits, DbError> {
    let mut next = || -> Result<Option<u64>, DbError> {
        Ok(row.opt_int()?.map(|limit| u64::try_from(limit).unwrap_or(0)))
    };
    Ok(Limits { rpm: next()?, tpm: next()?, parallel: next()? })
}

fn put_terms(terms: &BudgetTerms, to: &mut Cells) {
    let (dollars, picos) = terms.max.map(wide_sums::parts).unzip();
    to.opt_int(dollars);
    to.opt_int(picos);
    to.opt_text(terms.duration.as_ref().map(Duration::as_str));
    to.int(terms.soft.into());
}

fn terms(row: &mut Row) -> Result<BudgetTerms, DbError> {
    Ok(BudgetTerms {
        max: wide_sums::read_opt(row)?,
        duration: row.opt_text()?.as_deref().and_then(Duration::parse),
        soft: row.flag()?,
    })
}

/// One window, as it is stored.
#[derive(Serialize, Deserialize)]
struct Window {
    budget_duration: String,
    max_budget: String,
}

fn put_windows(windows: &[BudgetWindow], to: &mut Cells) {
    let stored = |window: &BudgetWindow| Window {
        budget_duration: window.duration.as_str().to_owned(),
        max_budget: window.max.to_string(),
    };
    let all: Vec<_> = windows.iter().map(stored).collect();
    to.opt_text((!all.is_empty()).then(|| json(&all)).as_deref());
}

fn windows(row: &mut Row) -> Result<Vec<BudgetWindow>, DbError> {
    let read = |window: Window| {
        let duration = Duration::parse(&window.budget_duration)?;
        Some(BudgetWindow { duration, max: window.max_budget.parse().ok()? })
    };
    let all = row.opt_text()?.map(|text| list::<Window>(&text)).unwrap_or_default();
    Ok(all.into_iter().filter_map(read).collect())
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A list that this program has written.
fn list<T: DeserializeOwned>(json: &str) -> Vec<T> {
    serde_json::from_str(json).unwrap_or_default()
}
