//! Money as price files write it: a decimal string, US dollars per million tokens, read without
//! any rounding into whole microdollars per million.

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use std::fmt;
use std::str::FromStr;

/// Microdollars per million tokens, at most six digits before and after the decimal point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money(u64);

/// A text that is not an amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected US dollars per million tokens such as `0.25`, with at most six digits before and \
     after the point, found `{0}`"
)]
pub struct InvalidMoney(String);

// === impl Money ===

impl Money {
    /// Whole microdollars per million tokens.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }
}

impl FromStr for Money {
    type Err = InvalidMoney;

    fn from_str(text: &str) -> Result<Self, InvalidMoney> {
        parse(text).map(Self).ok_or_else(|| InvalidMoney(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MoneyVisitor)
    }
}

/// Takes strings; its other methods only exist to say what to write instead of a number.
struct MoneyVisitor;

impl Visitor<'_> for MoneyVisitor {
    type Value = Money;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount of money as a string, such as \"0.25\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Money, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Money, E> {
        Err(unquoted(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Money, E> {
        Err(E::invalid_value(Unexpected::Signed(number), &self))
    }

    #[expect(clippy::disallowed_types, reason = "how serde hands over a number, to be refused")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<Money, E> {
        Err(unquoted(number))
    }
}

fn unquoted<E: Error>(number: impl fmt::Display) -> E {
    E::custom(format_args!(
        "money is a string, so that it stays exact: expected `\"{number}\"`, found `{number}`"
    ))
}

fn parse(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| {
        (1..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if leading_zero || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    // Never through a float: `0.1` has no exact binary form. Padding to six digits makes the
    // fraction whole microdollars.
    let micros: u64 = format!("{fraction:0<6}").parse().ok()?;
    Some(whole * 1_000_000 + micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_to_the_last_digit() {
        for (text, micros) in [
            ("0", 0),
            ("2", 2_000_000),
            ("0.14", 140_000),
            ("0.00275", 2_750),
            ("1.50", 1_500_000),
            ("0.000001", 1),
            ("999999.999999", 999_999_999_999),
        ] {
            assert_eq!(text.parse(), Ok(Money(micros)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_plain_decimal() {
        for text in ["", ".5", "5.", "01", "-1", "+1", "1e3", "1,5", "0.1234567", "1000000", " 1"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
        insta::assert_snapshot!(
            "0.1234567".parse::<Money>().unwrap_err(),
            @"expected US dollars per million tokens such as `0.25`, with at most six digits before and after the point, found `0.1234567`"
        );
    }

    #[test]
    fn a_json_number_is_refused_with_the_string_to_write() {
        insta::assert_snapshot!(
            serde_json::from_str::<Money>("0.25").unwrap_err(),
            @r#"money is a string, so that it stays exact: expected `"0.25"`, found `0.25` at line 1 column 4"#
        );
        assert!(serde_json::from_str::<Money>("2").is_err());
        assert!(serde_json::from_str::<Money>("-2").is_err());
    }

    proptest! {
        #[test]
        fn every_amount_reads_back(micros in 0_u64..1_000_000_000_000) {
            let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
            prop_assert_eq!(text.parse::<Money>(), Ok(Money(micros)));
        }

        #[test]
        fn nothing_makes_it_panic(text in ".*") {
            let _ = text.parse::<Money>();
        }
    }
}
