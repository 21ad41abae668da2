//! Bounds on the tokens of a request, from its bytes alone.

use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use super::{Keys, PromptParts, RequestError, wrong_type};
use crate::{
    dialect::{BoundName, Dialect},
    money::Tokens,
};

/// The key for how many answers are asked for, where an API has one.
const ANSWERS: &str = "n";

/// How many tokens a request can come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// What its prompt consists of, and with that how long it is at least and at most.
    pub prompt: PromptParts,
    /// Tokens of each answer, as the request bounds them; `None` when it does not.
    pub output: Option<Tokens>,
    /// How many answers: `n`.
    pub answers: u64,
    /// Tokens of the answer that the request foretells: what does not come true is billed as well.
    pub predicted: Tokens,
    /// Whether speech is heard or spoken, which has rates of its own.
    pub speech: bool,
}

// === impl Bounds ===

impl Bounds {
    pub(super) fn read(dialect: Dialect, keys: &Keys<'_>, body: &[u8]) -> Self {
        let prompt = PromptParts::read(dialect, keys, body);
        let spoken = keys.modalities.is_some_and(|raw| raw.contains("audio") || raw.contains('\\'));
        Self {
            prompt,
            speech: spoken || prompt.audio() > Tokens(0),
            output: keys.output(),
            answers: keys.answers(),
            predicted: Tokens(keys.prediction.map_or(0, |raw| raw.len() as u64)),
        }
    }

    /// Tokens of all answers together, each of them `by_default` where the request sets no bound.
    #[must_use]
    pub fn outputs(&self, by_default: Tokens) -> Tokens {
        self.outputs_of(self.output.unwrap_or(by_default))
    }

    /// Tokens of all answers together, where each has so many at most.
    #[must_use]
    pub fn outputs_of(&self, each: Tokens) -> Tokens {
        Tokens(each.0.saturating_add(self.predicted.0).saturating_mul(self.answers))
    }
}

// === impl Keys ===

impl<'a> Keys<'a> {
    /// The keys that bound an answer, with their values.
    pub(super) fn named_bounds(&self) -> impl Iterator<Item = (BoundName, &'a str)> {
        let all = BoundName::ALL.into_iter().zip(self.bounds);
        all.filter_map(|(name, value)| Some((name, value?)))
    }

    /// Checks that what must be a count is one.
    pub(super) fn check_counts(&self) -> Result<(), RequestError> {
        let bounds = self.named_bounds().map(|(name, value)| (name.key(), value));
        for (key, raw) in bounds.chain(self.answers.map(|value| (ANSWERS, value))) {
            if raw != "null" && count(raw).is_none() {
                return Err(wrong_type(key, "a whole number", raw));
            }
        }
        Ok(())
    }

    pub(super) fn output(&self) -> Option<Tokens> {
        let named = || self.named_bounds().filter_map(|(_, value)| count(value)).max().map(Tokens);
        self.dialect.longest_answer().or_else(named)
    }

    pub(super) fn answers(&self) -> u64 {
        self.answers.and_then(count).unwrap_or(1).max(1)
    }
}

/// A count, also as programs write it that have only numbers with a point: `1000.0`, `1e3`. `None` for
/// what is no count.
#[must_use]
pub fn count(raw: &str) -> Option<u64> {
    if let Ok(count) = raw.parse() {
        return Some(count);
    }
    let number = Decimal::from_str_exact(raw).or_else(|_| Decimal::from_scientific(raw)).ok()?;
    if number.fract().is_zero() { number.to_u64() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::request_view::RequestView;

    #[track_caller]
    fn check(rest: &str, expect: (Option<u64>, u64)) {
        let body = format!(r#"{{"model":"m","messages":[]{rest}}}"#);
        let bounds = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap().bounds();
        assert_eq!((bounds.output.map(|output| output.0), bounds.answers), expect);
    }

    #[test]
    fn bounds_are_what_the_request_says() {
        check("", (None, 1));
        check(r#","max_completion_tokens":100"#, (Some(100), 1));
        check(r#","max_tokens":100,"max_completion_tokens":7,"n":3"#, (Some(100), 3));
        check(r#","max_tokens":null,"n":0"#, (None, 1));
        check(r#","max_tokens":1000.0"#, (Some(1000), 1));
        check(r#","max_completion_tokens":1e3"#, (Some(1000), 1));
    }

    #[test]
    fn invalid_counts_are_refused_by_name() {
        for (value, found) in [("\"9\"", "\"9\""), ("1.5", "1.5"), ("-1", "-1"), ("[]", "[]")] {
            let body = format!(r#"{{"messages":[],"max_tokens":{value}}}"#);
            let expect = format!("expected `max_tokens` to be a whole number, found `{found}`");
            assert_eq!(
                RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap_err().to_string(),
                expect
            );
        }
    }

    #[test]
    fn what_is_foretold_can_be_billed_as_well() {
        let body = br#"{"messages":[],"n":2,"prediction":{"content":"abc"}}"#;
        let bounds = RequestView::parse(Dialect::Chat, body).unwrap().bounds();
        assert_eq!(bounds.outputs(Tokens(10)), Tokens(2 * (10 + 17)));
    }
}
