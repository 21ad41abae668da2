//! Sums of tokens, marked where they are more than a column of the store holds.

use std::{iter::Sum, ops::Add};

/// A sum of tokens: a number, or that it is more than can be held.
///
/// The largest number of a column is the mark. It stays whatever is added to it or subtracted from it,
/// so that no sum is wrong without a sign of it: `count` is then a lower bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenSum(i64);

impl TokenSum {
    /// A sum that cannot be held.
    pub const BEYOND: Self = Self(i64::MAX);

    /// A sum, marked where no column holds it.
    #[must_use]
    pub fn new(tokens: i128) -> Self {
        i64::try_from(tokens).map_or(Self::BEYOND, |tokens| Self(tokens.max(-i64::MAX)))
    }

    /// The number of tokens; a lower bound if [`TokenSum::is_beyond`].
    #[must_use]
    pub const fn count(self) -> i64 {
        self.0
    }

    /// Whether the sum is more than can be held.
    #[must_use]
    pub const fn is_beyond(self) -> bool {
        self.0 == i64::MAX
    }
}

impl Add for TokenSum {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        if self.is_beyond() || more.is_beyond() {
            return Self::BEYOND;
        }
        Self::new(i128::from(self.0) + i128::from(more.0))
    }
}

impl Sum for TokenSum {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_is_too_large_is_marked_and_stays_so() {
        let most = TokenSum::new(i128::from(i64::MAX) - 1);
        assert!(!most.is_beyond());
        let beyond = most + TokenSum::new(1);
        assert!(beyond.is_beyond());
        assert!((beyond + TokenSum::new(-5)).is_beyond());
        assert!((TokenSum::new(-5) + beyond).is_beyond());
        assert_eq!(most + TokenSum::new(-1), TokenSum::new(i128::from(i64::MAX) - 2));
        assert_eq!(TokenSum::new(i128::from(u64::MAX)), TokenSum::BEYOND);
        assert_eq!([most, most].into_iter().sum::<TokenSum>(), TokenSum::BEYOND);
        assert_eq!(TokenSum::default().count(), 0);
    }
}
