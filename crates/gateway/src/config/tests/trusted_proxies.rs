//! `general_settings.trusted_proxies`.

use super::{GOOD, error, parse};

fn with(value: &str) -> String {
    format!("{GOOD}general_settings: {{trusted_proxies: {value}}}\n")
}

#[test]
fn networks_and_single_addresses_are_trusted() {
    let trusted = |text: &str| {
        let config = parse(text).unwrap();
        assert_eq!(config.warnings, [""; 0]);
        config.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(trusted(GOOD), [""; 0]);
    assert_eq!(trusted(&with("[10.0.0.0/8, \"fd00::/8\"]")), ["10.0.0.0/8", "fd00::/8"]);
    assert_eq!(trusted(&with("\"10.1.2.3, ::1\"")), ["10.1.2.3/32", "::1/128"]);
}

#[test]
fn invalid_networks_are_refused() {
    for wrong in ["proxy.example.com", "10.0.0.0/33", "10.0.0"] {
        let message = error(&with(&format!("[10.0.0.0/8, {wrong}]")));
        let expected = "expected addresses or networks such as `10.0.0.0/8`, found";
        assert_eq!(
            message,
            format!("config.yaml:7: `general_settings.trusted_proxies`: {expected} `{wrong}`")
        );
    }
}

#[test]
fn trusting_everybody_is_warned_of() {
    for everybody in ["0.0.0.0/0", "\"::/0\""] {
        let warnings = parse(&with(&format!("[{everybody}]"))).unwrap().warnings;
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].contains("any client can pretend"), "{warnings:?}");
    }
}
