//! Which key is meant. A key itself is hashed here: it is in no URL and in nobody's log.

use std::io;

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::{api::Api, failure::Failure, record::Record};

pub(super) const HELP: &str = "The key's alias, its id or the beginning of it, or the key itself; `-` reads it from standard \
     input";
pub(super) const HELP_OWN: &str = "The key's alias, its id or the beginning of it, or the key itself; `-` reads it from standard \
     input; without it the key that asks";

/// A shorter beginning of an id says too little.
const SHORTEST: usize = 8;

/// The id of the key that is meant.
pub(super) fn id(api: &Api, named: &str) -> Result<String, Failure> {
    let mut line = String::new();
    let named = if named == "-" {
        io::stdin().read_line(&mut line)?;
        line.trim()
    } else {
        named
    };
    if named.is_empty() {
        return Err(Failure::usage("expected a key, found nothing"));
    }
    match hash(named) {
        Some(id) => Ok(id),
        None => found(api, named),
    }
}

/// The id of what is a key, or an id; `None` for what can only be an alias or part of an id.
pub(crate) fn hash(named: &str) -> Option<String> {
    if named.starts_with("sk-") {
        let hash = Sha256::digest(named.as_bytes());
        return Some(hash.iter().map(|byte| format!("{byte:02x}")).collect());
    }
    let is_id = named.len() == 64 && is_hex(named);
    is_id.then(|| named.to_ascii_lowercase())
}

/// Every key, page by page.
pub(super) fn all(api: &Api, filters: &[(&str, &str)]) -> Result<Vec<Box<RawValue>>, Failure> {
    let mut keys = Vec::new();
    for page in 1_u32.. {
        let page = page.to_string();
        let query = [filters, &[("page", page.as_str()), ("size", "1000")]].concat();
        let answer = Record::read(&api.get(&["key", "list"], &query)?)?;
        let more = answer.list("keys")?;
        let ended = more.is_empty() || answer.text("total_pages").as_ref() == Some(&page);
        keys.extend(more);
        if ended {
            break;
        }
    }
    Ok(keys)
}

fn found(api: &Api, named: &str) -> Result<String, Failure> {
    if let Some(key) = all(api, &[("key_alias", named)])?.first() {
        return Record::read(key)?.required("token");
    }
    let mut ids = Vec::new();
    if named.len() >= SHORTEST && is_hex(named) {
        for key in all(api, &[])? {
            ids.push(Record::read(&key)?.required("token")?);
        }
        ids.retain(|id| id.starts_with(&named.to_ascii_lowercase()));
    }
    match ids.len() {
        0 => Err(Failure::failed(format!("no key has the alias or the id `{named}`"))
            .advise("`fareway keys list` shows the keys.")),
        1 => Ok(ids.remove(0)),
        more => Err(Failure::failed(format!("{more} keys have an id that begins with `{named}`"))
            .advise("Write more of it; `fareway keys list --csv` shows the ids whole.")),
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
