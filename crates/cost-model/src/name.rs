//! Names of models as answers spell them, brought to the spelling of the price table.

/// Put before a model's name by gateways and model catalogues; they say nothing about its price.
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
    // Again and again: gateways in a row each put theirs in front.
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

/// `-20yymmdd` or `-20yy-mm-dd`.
fn is_date(suffix: &str) -> bool {
    let (month, day) = match suffix.as_bytes() {
        [b'-', b'2', b'0', y1, y2, b'-', m1, m2, b'-', d1, d2]
        | [b'-', b'2', b'0', y1, y2, m1, m2, d1, d2]
            if y1.is_ascii_digit() && y2.is_ascii_digit() =>
        {
            ([*m1, *m2], [*d1, *d2])
        }
        _ => return false,
    };
    let in_range = |digits: [u8; 2], from: &[u8; 2], to: &[u8; 2]| {
        digits.iter().all(u8::is_ascii_digit) && (*from..=*to).contains(&digits)
    };
    // Digits compare like the numbers that they write. No month has to have its right length here.
    in_range(month, b"01", b"12") && in_range(day, b"01", b"31")
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
