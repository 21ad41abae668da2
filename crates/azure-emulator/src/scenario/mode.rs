//! The routing mode of a deployment: balanced, cost or quality.

use std::str::FromStr;

/// What the router optimises, as set on an Azure deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Among the models near the best quality, the cheapest.
    #[default]
    Balanced,
    /// The cheapest within a wider band of quality.
    Cost,
    /// The best, whatever it costs.
    Quality,
}

impl Mode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Cost => "cost",
            Self::Quality => "quality",
        }
    }
}

impl FromStr for Mode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Balanced, Self::Cost, Self::Quality]
            .into_iter()
            .find(|mode| mode.name() == text)
            .ok_or(())
    }
}
