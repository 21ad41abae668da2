//! Spellings of a selector's values and of days: one each, in price files, in configurations, and
//! in ids.

use crate::rules::{OutsideCompletion, Provider};
use crate::types::{Cloud, Confidence, Day, DeploymentType, Kind, ServiceTier, ToolUnit, Zone};
use std::fmt;
use std::str::FromStr;

/// A text that is none of the names it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    expected: &'static [&'static str],
    found: String,
}

/// A text that is not a day of the calendar, written `yyyy-mm-dd`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidDay(String);

macro_rules! names {
    ($($type:ident { $($variant:ident = $name:literal),+ })+) => { $(
        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in price files and configurations.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    _ => Err(UnknownName { expected: &[$($name),+], found: text.to_owned() }),
                }
            }
        }
    )+ };
}

names! {
    DeploymentType {
        GlobalStandard = "global_standard",
        DataZoneStandard = "data_zone_standard",
        RegionalStandard = "regional_standard",
        GlobalBatch = "global_batch",
        DataZoneBatch = "data_zone_batch",
        External = "external"
    }
    Zone { Us = "us", Eu = "eu", Apac = "apac", UsGov = "us_gov" }
    Cloud { Public = "public", UsGov = "us_gov" }
    ServiceTier { Standard = "standard", Priority = "priority", Flex = "flex", Batch = "batch", Fast = "fast" }
    Kind { Chat = "chat", Embedding = "embedding", AudioChat = "audio_chat" }
    ToolUnit { Session = "session", GigabyteDay = "gb_day", ThousandCalls = "thousand_calls" }
    Confidence { Low = "low", Medium = "medium", High = "high" }
    Provider { Azure = "azure" }
    OutsideCompletion { Billed = "billed", NotBilled = "not_billed" }
}

// === impl Day ===

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(day) = self;
        f.pad(&format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100))
    }
}

impl FromStr for Day {
    type Err = InvalidDay;

    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        parse_day(text).ok_or_else(|| InvalidDay(text.to_owned()))
    }
}

// === impl UnknownName ===

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected one of `{}`, found `{}`", self.expected.join("`, `"), self.found)
    }
}

impl std::error::Error for UnknownName {}

// === impl InvalidDay ===

impl fmt::Display for InvalidDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a day such as `2026-08-01`, found `{}`", self.0)
    }
}

impl std::error::Error for InvalidDay {}

fn parse_day(text: &str) -> Option<Day> {
    let [year, month, day] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
    // `parse` alone would accept a sign and any number of digits.
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<u32>().ok())?
    };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(Day(year * 10_000 + month * 100 + day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_as_what_it_names() {
        for deployment in DeploymentType::ALL {
            assert_eq!(deployment.as_str().parse(), Ok(*deployment));
        }
        assert_eq!(
            "regional".parse::<Zone>().unwrap_err().to_string(),
            "expected one of `us`, `eu`, `apac`, `us_gov`, found `regional`"
        );
    }

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for text in ["2026-08-01", "2028-02-29", "2026-12-31"] {
            assert_eq!(text.parse::<Day>().unwrap().to_string(), text);
        }
        for text in
            ["2026-02-29", "2026-13-01", "2026-04-31", "2026-8-01", "20260801", "+026-01-01"]
        {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}
