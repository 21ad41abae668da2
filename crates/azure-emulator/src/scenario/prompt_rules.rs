//! The scenario file: rules that give scenarios to prompts, by text and number of times.

use serde::Deserialize;

use crate::scenario::{ParseScenarioError, Scenario};

/// One rule: prompts that contain a text get these scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    contains: String,
    scenarios: Vec<Scenario>,
    /// How many more times it applies; nothing for always.
    left: Option<u32>,
}

/// A scenario file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Not the JSON it should be.
    #[error(
        "expected a list such as `[{{\"match\": {{\"contains\": \"slow\"}}, \"scenario\": \
         \"slow-chunks=50\", \"times\": 3}}]`"
    )]
    Json(#[from] serde_json::Error),
    /// A rule names no scenario.
    #[error(transparent)]
    Scenario(#[from] ParseScenarioError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default)]
    r#match: Match,
    scenario: String,
    times: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Match {
    #[serde(default)]
    contains: String,
}

// === impl Rule ===

impl Rule {
    /// Reads a scenario file's text.
    ///
    /// # Errors
    /// When it is no such JSON, or a rule names no scenario.
    pub fn parse_all(json: &str) -> Result<Vec<Self>, RulesError> {
        let rows: Vec<Row> = serde_json::from_str(json)?;
        rows.into_iter()
            .map(|row| {
                Ok(Self {
                    contains: row.r#match.contains,
                    scenarios: Scenario::parse_list(&row.scenario)?,
                    left: row.times,
                })
            })
            .collect()
    }

    /// Whether this rule is for `prompt` and not used up.
    pub(crate) fn applies(&self, prompt: &str) -> bool {
        self.left != Some(0) && prompt.contains(&self.contains)
    }

    /// Its scenarios, once.
    pub(crate) fn take(&mut self) -> Vec<Scenario> {
        self.left = self.left.map(|left| left.saturating_sub(1));
        self.scenarios.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_applies_to_its_prompts_as_often_as_it_says() {
        let file =
            r#"[{"match":{"contains":"slow"},"scenario":"slow-chunks=5,no-usage","times":1}]"#;
        let mut rules = Rule::parse_all(file).unwrap();
        assert!(!rules[0].applies("quick"));
        assert!(rules[0].applies("a slow one"));
        assert_eq!(rules[0].take().len(), 2);
        assert!(!rules[0].applies("a slow one"));
    }

    #[test]
    fn a_wrong_file_says_what_it_should_be() {
        insta::assert_snapshot!(Rule::parse_all("{}").unwrap_err(), @r#"expected a list such as `[{"match": {"contains": "slow"}, "scenario": "slow-chunks=50", "times": 3}]`"#);
        insta::assert_snapshot!(Rule::parse_all(r#"[{"scenario":"x"}]"#).unwrap_err(), @"expected a scenario such as `rate-limited=7`, found `x`");
    }
}
