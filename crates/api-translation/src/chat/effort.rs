//! The effort of a model's reasoning, as a router takes it: `low`, `medium` or `high`.

use crate::{refused::Refused, rules::Dropped};

/// The effort that is nearest to the one that was asked for. Where it is another, `name` is noted.
pub(crate) fn nearest(
    asked: &str,
    path: &str,
    name: &str,
    dropped: &mut Dropped,
) -> Result<&'static str, Refused> {
    let (nearest, exact) = match asked {
        "low" => ("low", true),
        "medium" => ("medium", true),
        "high" => ("high", true),
        "none" | "minimal" => ("low", false),
        "xhigh" | "max" => ("high", false),
        _ => return Err(Refused::new(path, "is not known here")),
    };
    if !exact {
        dropped.name(name);
    }
    Ok(nearest)
}

/// The effort of a budget for thinking, in tokens. The bounds are LiteLLM's, so that a client that moves
/// here reasons as before.
pub(crate) fn of_budget(tokens: u64) -> &'static str {
    match tokens {
        0..2_048 => "low",
        2_048..4_096 => "medium",
        _ => "high",
    }
}
