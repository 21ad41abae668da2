//! Values without a meaning are refused, and blanks around a secret are not part of it.

use super::*;

/// A secret that is mounted as a file, or read into a variable from one, ends with a new line.
#[test]
fn a_secret_ends_before_a_new_line() {
    let text = format!("{GOOD}general_settings:\n  master_key: os.environ/MOUNTED\n");
    let config = Config::parse(&text, "config.yaml", &|name| match name {
        "MOUNTED" => Some("sk-mounted\r\n".to_owned()),
        _ => Some("azure-key\n".to_owned()),
    });
    let config = config.unwrap();
    assert_eq!(config.master_key.unwrap().expose_secret(), "sk-mounted");
    let blank = Config::parse(&text, "config.yaml", &|_| Some("\n".to_owned()));
    assert!(blank.is_err() || blank.unwrap().master_key.is_none());
}

/// Of all numbers, those that are no time limit are refused, and no other ends the process.
#[test]
fn limits_of_time_have_a_bound() {
    let most = u64::MAX;
    for section in ["router_settings: {timeout: ", "litellm_settings: {request_timeout: "] {
        for seconds in ["1", "600.5", "0.001", "86400", "600.0"] {
            parse(&format!("{GOOD}{section}{seconds}}}\n")).unwrap();
        }
        for wrong in [&*most.to_string(), "86400.1", "0", "-1", "1e400", "soon", "9e99"] {
            let message = parse(&format!("{GOOD}{section}{wrong}}}\n")).unwrap_err().to_string();
            assert!(message.contains("seconds, more than 0 and at most 86400"), "{message}");
        }
    }
    for (section, expected) in [
        ("router_settings: {num_retries: ", "a whole number from 0 to 1000"),
        ("litellm_settings: {num_retries: ", "a whole number from 0 to 1000"),
        ("budgets: {max_completion_tokens: ", "at most 1000000000"),
        ("limits: {redis_timeout_ms: ", "from 1 to 10000"),
    ] {
        let message = parse(&format!("{GOOD}{section}{most}}}\n")).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}
