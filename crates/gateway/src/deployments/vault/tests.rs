//! A secret is decrypted with its key, in its field, and in no other way.

use super::*;

const SPOT: Spot<'_> = Spot { model: "m1", field: "api_key" };
const SALT_KEY: &str = "a-salt-key-of-tests";
const MASTER: &str = "sk-a-master-key-of-tests";

fn vault_with(keys: [Option<&str>; 3]) -> Vault {
    let [salt, master, old] = keys.map(|text| text.map(SecretString::from));
    Vault::new(VaultKeys { salt: salt.as_ref(), master: master.as_ref(), old: old.as_ref() })
}

fn vault(salt: Option<&str>, master: Option<&str>) -> Vault {
    vault_with([salt, master, None])
}

#[test]
fn a_secret_is_decrypted_and_looks_different_each_time() {
    let vault = vault(None, Some(MASTER));
    let (one, other) = (vault.seal("s3cret", SPOT).unwrap(), vault.seal("s3cret", SPOT).unwrap());
    assert_ne!(one, other);
    for sealed in [one, other] {
        assert!(sealed.starts_with("fareway:v2:m=19456,t=2:") && !sealed.contains("s3cret"));
        assert_eq!(vault.open(&sealed, SPOT).unwrap().expose_secret(), "s3cret");
        assert!(!vault.is_old(&sealed, SPOT));
    }
    let empty = vault.seal("", SPOT).unwrap();
    assert_eq!(vault.open(&empty, SPOT).unwrap().expose_secret(), "");
}

#[test]
fn a_secret_belongs_to_one_field_of_one_model() {
    let vault = vault(Some(SALT_KEY), None);
    let sealed = vault.seal("s3cret", SPOT).unwrap();
    for other in [
        Spot { model: "m2", ..SPOT },
        Spot { field: "client_secret", ..SPOT },
        Spot { model: "m1:api", field: "key" },
    ] {
        let refused = vault.open(&sealed, other).unwrap_err();
        assert!(matches!(refused, VaultError::OtherKey(_)), "{refused}");
    }
}

#[test]
fn another_key_opens_nothing_and_says_what_to_set() {
    let sealed = vault(None, Some(MASTER)).seal("s3cret", SPOT).unwrap();
    let refused =
        vault(Some(SALT_KEY), Some("sk-other-master-key")).open(&sealed, SPOT).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "its `api_key` cannot be decrypted: it was encrypted with another key; start the \
         gateway with the `FAREWAY_SALT_KEY` (or, where there was none, the master key) of the \
         time when the model was stored, as `FAREWAY_SALT_KEY` or `FAREWAY_OLD_SALT_KEY`, or send its \
         `api_key` again by `POST /model/update`"
    );
}

/// One gateway derives one key, and so does the next: it seals with the salt that it finds.
#[test]
fn a_key_is_derived_once() {
    let first = vault(None, Some(MASTER));
    let sealed = [1, 2, 3]
        .map(|nth| first.seal("s3cret", Spot { model: &nth.to_string(), ..SPOT }).unwrap());
    assert_eq!(first.state().keys.len(), 1);
    let next = vault(None, Some(MASTER));
    for (nth, sealed) in (1..).zip(&sealed) {
        next.open(sealed, Spot { model: &nth.to_string(), ..SPOT }).unwrap();
    }
    first.open(&next.seal("another", SPOT).unwrap(), SPOT).unwrap();
    assert_eq!((first.state().keys.len(), next.state().keys.len()), (1, 1));
}

#[test]
fn a_salt_key_may_be_set_later_on_and_be_replaced() {
    let sealed = vault(None, Some(MASTER)).seal("s3cret", SPOT).unwrap();
    let later = vault(Some(SALT_KEY), Some(MASTER));
    assert_eq!(later.open(&sealed, SPOT).unwrap().expose_secret(), "s3cret");
    assert!(later.is_old(&sealed, SPOT));
    let again = later.seal("s3cret", SPOT).unwrap();
    assert!(!later.is_old(&again, SPOT));
    assert!(vault(None, Some(MASTER)).open(&again, SPOT).is_err());
    let replaced = vault_with([Some("another-salt-key-of-tests"), Some(MASTER), Some(SALT_KEY)]);
    assert_eq!(replaced.open(&again, SPOT).unwrap().expose_secret(), "s3cret");
    assert!(replaced.is_old(&again, SPOT));
    // The old one alone seals nothing.
    let old = vault_with([None, None, Some(SALT_KEY)]);
    assert_eq!(old.seal("x", SPOT).unwrap_err(), VaultError::NoKey("api_key".to_owned()));
}

/// As the versions before have sealed it, with the key of a known text.
#[test]
fn a_secret_without_a_work_factor_is_decrypted() {
    let key = without_work(&MASTER.into()).unwrap();
    let nonce = [7; NONCE];
    let payload = Payload { msg: b"s3cret", aad: &SPOT.bytes() };
    let sealed = [&nonce[..], &key.encrypt(&nonce.into(), payload).unwrap()].concat();
    let sealed = format!("fareway:v1:{}", BASE64_URL_SAFE_NO_PAD.encode(sealed));
    let known = "fareway:v1:BwcHBwcHBwcHBwcHNp-Ny53kpwrsoWFO0x9Jl7kXOY57jw";
    assert_eq!(sealed, known);
    let vault = vault(None, Some(MASTER));
    assert_eq!(vault.open(known, SPOT).unwrap().expose_secret(), "s3cret");
    assert!(vault.is_old(known, SPOT));
    assert!(vault.open(known, Spot { model: "m2", ..SPOT }).is_err());
}

#[test]
fn without_a_key_nothing_is_sealed() {
    for nothing in [vault(None, None), vault(Some(""), None)] {
        let refused = nothing.seal("s3cret", SPOT).unwrap_err();
        assert_eq!(refused, VaultError::NoKey("api_key".to_owned()));
    }
}

#[test]
fn with_a_weak_key_nothing_is_sealed_and_what_was_is_opened() {
    for (keys, named) in [
        (vault(None, Some("sk-1234")), "the master key"),
        (vault(Some("short"), Some(MASTER)), "`FAREWAY_SALT_KEY`"),
        (vault(None, Some("changeme")), "the master key"),
    ] {
        let refused = keys.seal("s3cret", SPOT).unwrap_err().to_string();
        assert!(
            refused.starts_with(&format!("`api_key` is not stored, because {named} has fewer")),
            "{refused}"
        );
        assert!(refused.contains("set the environment variable `FAREWAY_SALT_KEY`"), "{refused}");
    }
    let key = without_work(&"sk-1234".into()).unwrap();
    let payload = Payload { msg: b"s3cret", aad: &SPOT.bytes() };
    let sealed = [&[7; NONCE][..], &key.encrypt(&[7; NONCE].into(), payload).unwrap()].concat();
    let sealed = format!("fareway:v1:{}", BASE64_URL_SAFE_NO_PAD.encode(sealed));
    let weak = vault(None, Some("sk-1234"));
    assert_eq!(weak.open(&sealed, SPOT).unwrap().expose_secret(), "s3cret");
    assert!(!weak.is_old(&sealed, SPOT), "it cannot be sealed again");
    let strong = vault(Some(SALT_KEY), Some("sk-1234"));
    assert!(strong.is_old(&sealed, SPOT));
}

#[test]
fn a_secret_that_was_tampered_with_is_not_decrypted() {
    let vault = vault(None, Some(MASTER));
    let sealed = vault.seal("s3cret", SPOT).unwrap();
    let mut torn = sealed.clone();
    torn.truncate(sealed.len() - 4);
    let huge = sealed.replace("m=19456", "m=4194304");
    let other = sealed.replace("t=2", "t=1");
    for wrong in [
        "",
        "s3cret",
        PREFIX,
        "fareway:v1:AAAA",
        "fareway:v1:!",
        "fareway:v2:m=8,t=1:AAAA",
        &torn,
        &huge,
        &other,
    ] {
        assert!(vault.open(wrong, SPOT).is_err(), "{wrong}");
    }
}
