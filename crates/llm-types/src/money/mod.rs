//! Exact money. A [`Usd`] is a whole number of picodollars (1e-12 USD).
//!
//! A price with at most six decimals per million tokens, times a whole number of tokens, is a
//! whole number of picodollars. Nothing is ever rounded, so there is no rounding to get wrong.

mod plain;

use std::{fmt, iter::Sum, ops::Add, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub use self::plain::Plain;

/// An amount of US dollars, exact: whole picodollars (1e-12 USD).
///
/// ```
/// use llm_types::{PerMillion, Tokens, Usd};
/// let price: PerMillion = "0.125".parse()?;
/// assert_eq!(price.cost(Tokens(1)).to_string(), "0.000000125");
/// # Ok::<(), llm_types::ParseMoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(i128);

/// What one million tokens cost, in microdollars; the same number is picodollars per token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PerMillion(u64);

/// A number of tokens.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Tokens(pub u64);

/// Text that is no exact amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseMoneyError {
    /// Not a plain decimal number.
    #[error("expected a plain decimal amount such as `0.125`, found `{0}`")]
    NotDecimal(String),
    /// Below zero.
    #[error("expected an amount of zero or more, found `{0}`")]
    Negative(String),
    /// Finer than the unit can hold, so it would have to be rounded.
    #[error("expected at most {decimals} decimals, found `{text}`")]
    TooFine {
        /// What was given.
        text: String,
        /// How many decimals the unit holds.
        decimals: u32,
    },
    /// Larger than the unit can hold.
    #[error("the amount `{0}` is too large")]
    TooLarge(String),
}

// === impl Usd ===

impl Usd {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// An amount of whole picodollars.
    #[must_use]
    pub const fn from_picos(picos: i128) -> Self {
        Self(picos)
    }

    /// The amount in whole picodollars.
    #[must_use]
    pub const fn picos(self) -> i128 {
        self.0
    }

    /// The amount in dollars as text, without an allocation.
    #[must_use]
    pub fn plain(self) -> Plain {
        Plain::new::<12>(self.0 < 0, self.0.unsigned_abs())
    }
}

impl Add for Usd {
    type Output = Self;

    /// The sum, which never wraps: the largest amount, 1e26 dollars, stays what it is. No entry holds
    /// one, so a cost of it reads as not priced.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Usd {
    /// A plain decimal number of dollars without trailing zeros: `0.00000561`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plain().fmt(f)
    }
}

impl FromStr for Usd {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, ParseMoneyError> {
        Ok(Self(scaled(text, 12)?))
    }
}

impl Serialize for Usd {
    /// A decimal string, so that no reader turns it into a float by accident.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.plain().as_str())
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

// === impl PerMillion ===

impl PerMillion {
    /// A price of whole microdollars per million tokens.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The price in whole microdollars per million tokens.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    fn plain(self) -> Plain {
        Plain::new::<6>(false, u128::from(self.0))
    }

    /// The exact cost of `tokens` at this price; never wraps, as sums do not.
    #[must_use]
    pub fn cost(self, tokens: Tokens) -> Usd {
        Usd(i128::from(self.0).saturating_mul(i128::from(tokens.0)))
    }
}

impl fmt::Display for PerMillion {
    /// Dollars per million tokens: `0.125`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plain().fmt(f)
    }
}

impl FromStr for PerMillion {
    type Err = ParseMoneyError;

    /// Dollars per million tokens, at most six decimals.
    fn from_str(text: &str) -> Result<Self, ParseMoneyError> {
        let micros = scaled(text, 6)?;
        u64::try_from(micros).map(Self).map_err(|_| {
            if micros < 0 {
                ParseMoneyError::Negative(text.to_owned())
            } else {
                ParseMoneyError::TooLarge(text.to_owned())
            }
        })
    }
}

impl Serialize for PerMillion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.plain().as_str())
    }
}

impl<'de> Deserialize<'de> for PerMillion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

// === impl Tokens ===

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

// === reading and writing ===

/// `text` as a whole number of 10^-`decimals`.
fn scaled(text: &str, decimals: u32) -> Result<i128, ParseMoneyError> {
    let not_decimal = || ParseMoneyError::NotDecimal(text.to_owned());
    // `Decimal` alone would accept a plus sign and underscores as well.
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    if !plain {
        return Err(not_decimal());
    }
    // Zeros at the end are no precision that could be lost.
    let amount = Decimal::from_str_exact(text).map_err(|_| not_decimal())?.normalize();
    let shift = decimals
        .checked_sub(amount.scale())
        .ok_or_else(|| ParseMoneyError::TooFine { text: text.to_owned(), decimals })?;
    let too_large = || ParseMoneyError::TooLarge(text.to_owned());
    10_i128
        .checked_pow(shift)
        .and_then(|by| amount.mantissa().checked_mul(by))
        .ok_or_else(too_large)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(price: &str, tokens: u64, expect: &str) {
        let price: PerMillion = price.parse().unwrap();
        assert_eq!(price.cost(Tokens(tokens)).to_string(), expect);
    }

    #[test]
    fn one_token_is_never_lost() {
        check("0.125", 1, "0.000000125");
        check("0.000001", 1, "0.000000000001");
        check("1.71875", 3, "0.00000515625");
    }

    #[test]
    fn nothing_wraps() {
        let most = Usd::from_picos(i128::MAX);
        assert_eq!(most + Usd::from_picos(1), most);
        assert_eq!([most, most].into_iter().sum::<Usd>(), most);
        assert_eq!(PerMillion::from_micros(u64::MAX).cost(Tokens(u64::MAX)), most);
        let expect = i128::from(u64::MAX) * 1_000_000_000_000;
        assert_eq!(
            PerMillion::from_micros(1_000_000_000_000).cost(Tokens(u64::MAX)).picos(),
            expect
        );
    }

    #[test]
    fn whole_dollars_have_no_point() {
        check("2", 1_000_000, "2");
        check("0", 5, "0");
    }

    #[test]
    fn what_would_be_rounded_is_refused() {
        assert!(matches!("0.0000001".parse::<PerMillion>(), Err(ParseMoneyError::TooFine { .. })));
        assert!(matches!("1e-6".parse::<PerMillion>(), Err(ParseMoneyError::NotDecimal(_))));
        assert!(matches!("-1".parse::<PerMillion>(), Err(ParseMoneyError::Negative(_))));
        assert!("".parse::<Usd>().is_err());
        assert!(".".parse::<Usd>().is_err());
        assert!("99999999999999999999999999999999".parse::<Usd>().is_err());
    }

    #[test]
    fn padding_counts_the_sign() {
        assert_eq!(format!("{:>8}", Usd::from_picos(-1_500_000_000_000)), "    -1.5");
        assert_eq!(format!("{:+}", Usd::from_picos(1)), "+0.000000000001");
        assert_eq!(
            Usd::from_picos(i128::MIN).to_string(),
            "-170141183460469231731687303.715884105728"
        );
    }

    proptest! {
        #[test]
        fn printed_money_reads_back(picos in -1_000_000_000_000_000_000_000_i128..1_000_000_000_000_000_000_000) {
            let amount = Usd::from_picos(picos);
            prop_assert_eq!(amount.to_string().parse::<Usd>(), Ok(amount));
        }

        #[test]
        fn cost_is_linear(price in 0_u64..1_000_000_000_000, left in 0_u64..1_000_000_000, right in 0_u64..1_000_000_000) {
            let price = PerMillion::from_micros(price);
            prop_assert_eq!(
                price.cost(Tokens(left)) + price.cost(Tokens(right)),
                price.cost(Tokens(left + right))
            );
        }
    }
}
