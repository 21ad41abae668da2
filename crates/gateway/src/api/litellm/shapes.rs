//! JSON shapes of keys, teams and users: `LiteLLM`'s fields, and Fareway's on top.

use gateway_api::{BudgetMode, Dollars};
use jiff::Timestamp;
use ledger::{BudgetTerms, BudgetWindow, Duration, Key, Limits, Team, User};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::budget_limits::BudgetLimit;
use crate::accounting::Standings;

/// Limits and budget, and how the budget stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Grant {
    spend: Dollars,
    max_budget: Option<Dollars>,
    budget_duration: Option<String>,
    budget_reset_at: Option<Timestamp>,
    /// `strict` or `soft`.
    budget_mode: BudgetMode,
    /// The amount charged beyond known costs, such as for answers of an unknown model. `GET
    /// /fareway/v1/requests?held=true` lists the requests.
    held: Dollars,
    /// The amount reserved for requests in flight.
    reserved: Dollars,
    /// The rest of the budget; null if there is no budget. It is negative if a correction made
    /// requests more expensive than the budget allows.
    left: Option<Dollars>,
    rpm_limit: Option<u64>,
    tpm_limit: Option<u64>,
    max_parallel_requests: Option<u64>,
    /// Further windows, of different lengths.
    budget_limits: Vec<BudgetLimit>,
}

/// A key's properties, without the key itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub(super) struct KeyShown {
    /// Its hash, which identifies it.
    token: String,
    token_id: String,
    key_name: String,
    key_alias: Option<String>,
    models: Vec<String>,
    expires: Option<Timestamp>,
    team_id: Option<String>,
    user_id: Option<String>,
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
    blocked: bool,
    admin: bool,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    /// Fields of the request that have no effect here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) ignored_fields: Vec<String>,
    #[serde(flatten)]
    grant: Grant,
}

/// A team.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Team)]
pub(super) struct TeamShown {
    team_id: String,
    team_alias: Option<String>,
    models: Vec<String>,
    members_with_roles: Vec<Member>,
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
    blocked: bool,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    /// Fields of the request that have no effect here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) ignored_fields: Vec<String>,
    #[serde(flatten)]
    grant: Grant,
}

/// A member of a team.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TeamMember)]
struct Member {
    user_id: String,
    user_email: Option<String>,
    role: String,
}

/// A user.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(super) struct UserShown {
    pub(super) user_id: String,
    user_alias: Option<String>,
    user_email: Option<String>,
    user_role: Option<String>,
    /// Ids of those that they are a member of.
    teams: Vec<String>,
    models: Vec<String>,
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    /// Fields of the request that have no effect here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) ignored_fields: Vec<String>,
    #[serde(flatten)]
    grant: Grant,
}

// === impl Grant ===

impl Grant {
    /// `standing` knows what is spent; the terms are those that were just stored.
    fn new(
        limits: &Limits,
        terms: &BudgetTerms,
        windows: &[BudgetWindow],
        standings: &Standings,
    ) -> Self {
        let standing = &standings.whole;
        let both = windows.iter().zip(&standings.windows);
        Self {
            spend: Dollars(standing.spent),
            max_budget: terms.max.map(Dollars),
            budget_duration: terms.duration.as_ref().map(Duration::as_str).map(str::to_owned),
            budget_reset_at: standing.resets_at.and_then(time),
            budget_mode: if terms.soft { BudgetMode::Soft } else { BudgetMode::Strict },
            held: Dollars(standing.held),
            reserved: Dollars(standing.reserved),
            left: terms.max.map(|max| Dollars(standing.left_of(max))),
            rpm_limit: limits.rpm,
            tpm_limit: limits.tpm,
            max_parallel_requests: limits.parallel,
            budget_limits: both.map(|(window, how)| BudgetLimit::new(window, how)).collect(),
        }
    }
}

// === impl KeyShown ===

impl KeyShown {
    pub(super) fn new(key: &Key, standings: &Standings) -> Self {
        Self {
            token: key.id.clone(),
            token_id: key.id.clone(),
            key_name: key.name.clone(),
            key_alias: key.alias.clone(),
            models: key.models.clone(),
            expires: key.expires_at.and_then(time),
            team_id: key.team_id.clone(),
            user_id: key.user_id.clone(),
            metadata: object(key.metadata.as_deref()),
            blocked: key.blocked,
            admin: key.admin,
            created_at: time(key.created_at),
            updated_at: time(key.updated_at),
            ignored_fields: Vec::new(),
            grant: Grant::new(&key.limits, &key.budget, &key.windows, standings),
        }
    }
}

// === impl TeamShown ===

impl TeamShown {
    /// With the e-mails of those of its members who are among `users`.
    pub(super) fn new(team: &Team, users: &[User], standings: &Standings) -> Self {
        let email = |id: &String| users.iter().find(|user| user.id == *id)?.email.clone();
        let member = |(user_id, role): &(String, String)| Member {
            user_id: user_id.clone(),
            user_email: email(user_id),
            role: role.clone(),
        };
        Self {
            team_id: team.id.clone(),
            team_alias: team.alias.clone(),
            models: team.models.clone(),
            members_with_roles: team.members.iter().map(member).collect(),
            metadata: object(team.metadata.as_deref()),
            blocked: team.blocked,
            created_at: time(team.created_at),
            updated_at: time(team.updated_at),
            ignored_fields: Vec::new(),
            grant: Grant::new(&team.limits, &team.budget, &team.windows, standings),
        }
    }
}

impl TeamShown {
    /// Leaves out the members of whom something is not true.
    pub(super) fn narrow(&mut self, seen: impl Fn(&str) -> bool) {
        self.members_with_roles.retain(|member| seen(&member.user_id));
    }
}

// === impl UserShown ===

impl UserShown {
    pub(super) fn new(user: &User, teams: &[Team], standings: &Standings) -> Self {
        let member = |team: &&Team| team.members.iter().any(|(id, _)| *id == user.id);
        Self {
            user_id: user.id.clone(),
            user_alias: user.alias.clone(),
            user_email: user.email.clone(),
            user_role: user.role.clone(),
            teams: teams.iter().filter(member).map(|team| team.id.clone()).collect(),
            models: user.models.clone(),
            metadata: object(user.metadata.as_deref()),
            created_at: time(user.created_at),
            updated_at: time(user.updated_at),
            ignored_fields: Vec::new(),
            grant: Grant::new(&user.limits, &user.budget, &user.windows, standings),
        }
    }
}

pub(super) fn time(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros).ok()
}

fn object(json: Option<&str>) -> Box<RawValue> {
    let json = json.unwrap_or("{}").to_owned();
    RawValue::from_string(json).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
