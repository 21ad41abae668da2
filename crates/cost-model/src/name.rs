//! Names of models as answers spell them, brought to the spelling of the price table.

/// Put before a model's name by gateways and model catalogues; they tell nothing about its price.
const PREFIXES: [&str; 8] = [
    "azure_ai/",
    "azure/",
    "model_router/",
    "model-router/",
    "openai/",
    "anthropic/",
    "xai/",
    "deepseek/",
];

/// `name` without surrounding blanks and known prefixes, ASCII case ignored.
pub(crate) fn bare(name: &str) -> &str {
    let mut name = name.trim();
    while let Some(rest) = PREFIXES.iter().find_map(|prefix| strip_ignore_case(name, prefix)) {
        name = rest;
    }
    name
}

/// `name` without one date at its end, `-2025-08-07` or `-20250807`.
pub(crate) fn undated(name: &str) -> Option<&str> {
    let dashed = name.len().checked_sub("-2025-08-07".len());
    let plain = name.len().checked_sub("-20250807".len());
    [dashed, plain].into_iter().flatten().find_map(|at| {
        let (base, date) = name.split_at_checked(at)?;
        (!base.is_empty() && is_date(date)).then_some(base)
    })
}

fn is_date(suffix: &str) -> bool {
    let digits: Vec<u8> = match suffix.as_bytes() {
        [b'-', y @ .., b'-', m1, m2, b'-', d1, d2] if y.len() == 4 => {
            y.iter().chain([m1, m2, d1, d2]).copied().collect()
        }
        [b'-', rest @ ..] if rest.len() == 8 => rest.to_vec(),
        _ => return false,
    };
    let Ok(text) = std::str::from_utf8(&digits) else { return false };
    digits.iter().all(u8::is_ascii_digit)
        && text.starts_with("20")
        && ("01"..="12").contains(&&text[4..6])
        && ("01"..="31").contains(&&text[6..8])
}

fn strip_ignore_case<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = name.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_blanks_go() {
        assert_eq!(bare(" azure_ai/Model_Router/gpt-5 "), "gpt-5");
        assert_eq!(bare("gpt-5/azure"), "gpt-5/azure");
        assert_eq!(bare("azure_ai/"), "");
    }

    #[test]
    fn one_date_goes_and_nothing_else() {
        assert_eq!(undated("gpt-5.5-2027-01-15"), Some("gpt-5.5"));
        assert_eq!(undated("claude-haiku-4-5-20251001"), Some("claude-haiku-4-5"));
        for name in ["gpt-5.5", "gpt-5-2025-13-01", "-2025-08-07", "x-12345678", "é-2025-08-0", ""]
        {
            assert_eq!(undated(name), None, "{name}");
        }
    }
}
