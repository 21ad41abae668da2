//! Fields that a request does not know: those of `LiteLLM` that have no effect here, those that
//! state a default, and advice for the others.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{FieldError, read::Sent};

/// The fields that a request does not know, each with its JSON.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Others(BTreeMap<String, Sent>);

/// Fields of `LiteLLM` that have no effect here, and whose absence lets nobody do or spend more:
/// its clients send them as a matter of course. Those that would limit something are refused.
const HARMLESS: [&str; 7] =
    ["aliases", "config", "permissions", "send_invite_email", "soft_budget", "sso_user_id", "tags"];

/// Fields of `LiteLLM` that are accepted with the value that they have by default, and have no
/// effect then; and what to do in place of another value.
const DEFAULTS: [(&str, &[&str], &str); 5] = [
    (
        "key_type",
        &["\"default\"", "\"llm_api\""],
        "`default` or `llm_api`; a key with `admin: true` manages the gateway",
    ),
    ("tpm_limit_type", &[BEST_EFFORT], THROUGHPUT),
    ("rpm_limit_type", &[BEST_EFFORT], THROUGHPUT),
    ("auto_rotate", &["false"], "false: keys are replaced by `/key/regenerate`"),
    ("disable_global_guardrails", &["false"], "false: guardrails are not supported"),
];
const BEST_EFFORT: &str = "\"best_effort_throughput\"";
const THROUGHPUT: &str = "`best_effort_throughput`: limits bound what is asked for and reserve nothing of a \
    deployment's own (`litellm_params.rpm` and `tpm`)";

/// Fields that would limit something and are not supported, and what to do in their place.
const INSTEAD: [(&str, &str); 27] = [
    ("max_budget_in_team", "set `max_budget` on the member's keys or on the user"),
    ("team_member_budget", "set `max_budget` on each member's keys or on the user"),
    ("team_member_budget_duration", "set `budget_duration` on each user"),
    ("team_member_rpm_limit", "set `rpm_limit` on each user"),
    ("team_member_tpm_limit", "set `tpm_limit` on each user"),
    ("team_member_key_duration", "set `duration` on each key"),
    ("team_member_permissions", "leave it out: members of a team do not manage keys"),
    ("allowed_models", "set `models` on the member's keys or on the user"),
    ("budget_id", "set `max_budget` and `budget_duration` directly"),
    ("model_max_budget", "create a key with its own `models` and `max_budget` for each model"),
    ("model_rpm_limit", "set `rpm` in the `litellm_params` of the model, or create a key for it"),
    ("model_tpm_limit", "set `tpm` in the `litellm_params` of the model, or create a key for it"),
    ("organization_id", "use a team: organizations are not supported"),
    ("organizations", "use teams: organizations are not supported"),
    ("project_id", "use a team: projects are not supported"),
    (
        "allowed_routes",
        "leave it out: a key that is not an admin's can only call models and see its own requests",
    ),
    ("allowed_passthrough_routes", "leave it out: only chat requests are passed through"),
    ("allowed_cache_controls", "leave it out: answers are not cached"),
    ("allowed_vector_store_indexes", "leave it out: vector stores are not supported"),
    ("enforced_params", "leave it out: no parameter can be made mandatory"),
    ("guardrails", GUARDRAILS),
    ("policies", GUARDRAILS),
    ("prompts", "leave it out: stored prompts are not supported"),
    ("object_permission", "leave it out: vector stores and tool servers are not supported"),
    ("model_aliases", "name the model group itself, or add a group of that name"),
    ("router_settings", "set `router_settings` in the gateway's configuration, for all keys"),
    ("temp_budget_increase", "raise `max_budget`, and lower it again later"),
];
const GUARDRAILS: &str =
    "leave it out: answers are filtered by the content filters of the deployment in Azure";

// === impl Others ===

impl Others {
    /// Leaves out fields that an answer shows and that may be sent back.
    pub(crate) fn leave_out(&mut self, names: &[&str]) {
        names.iter().for_each(|name| drop(self.0.remove(*name)));
    }

    /// Refuses the unknown fields among those of a request that could not be read.
    pub(crate) fn beside(
        fields: BTreeMap<String, Box<RawValue>>,
        known: &[&str],
    ) -> Result<(), FieldError> {
        let sent = fields.into_iter().map(|(name, json)| (name.clone(), Sent::new(name, json)));
        let mut others = Self(sent.collect());
        others.leave_out(known);
        others.without_effect().map(drop)
    }

    /// The names of the fields that have no effect here, if none of them should have one.
    ///
    /// # Errors
    /// When a field would have an effect in `LiteLLM`, or is unknown.
    pub(super) fn without_effect(mut self) -> Result<Vec<String>, FieldError> {
        // Clients send the fields that they do not use as null or empty.
        self.0.retain(|_, Sent(_, json)| !matches!(&**json, "null" | "{}" | "[]" | "\"\""));
        let mut ignored = self.defaults()?;
        ignored.extend(HARMLESS.into_iter().filter(|name| self.0.remove(*name).is_some()));
        match self.0.into_keys().next() {
            None => Ok(ignored.into_iter().map(str::to_owned).collect()),
            Some(name) => Err(FieldError::Wrong(format!(
                "the field `{name}` is unknown and would have no effect; {}",
                instead_of(&name)
            ))),
        }
    }

    /// Removes the fields that only state a default.
    fn defaults(&mut self) -> Result<Vec<&'static str>, FieldError> {
        let mut stated = Vec::new();
        for (name, values, expected) in DEFAULTS {
            match self.0.remove(name) {
                None => {}
                Some(Sent(_, json)) if values.contains(&&*json) => stated.push(name),
                Some(Sent(_, json)) => {
                    return Err(FieldError::wrong(name, expected, json.trim_matches('"')));
                }
            }
        }
        Ok(stated)
    }
}

/// What to do in place of a field that is not known here.
fn instead_of(field: &str) -> &'static str {
    let known = INSTEAD.into_iter().find(|(name, _)| *name == field);
    known.map_or("leave it out", |(_, instead)| instead)
}
