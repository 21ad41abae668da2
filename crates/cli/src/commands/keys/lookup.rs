//! Lookup of a key by its alias, its id, part of its id, or the key itself.

use std::io;

use serde_json::value::RawValue;

use crate::{
    args::key_id::{self, is_hex},
    client::api::Api,
    output::{command_error::Failure, json_record::Record},
};

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
    match key_id::hash(named) {
        Some(id) => Ok(id),
        None => found(api, named),
    }
}

/// Every key, page by page.
pub(super) fn all(api: &Api, filters: &[(&str, &str)]) -> Result<Vec<Box<RawValue>>, Failure> {
    let mut keys = Vec::new();
    for page in 1_u32.. {
        let page = page.to_string();
        let query = [filters, &[("page", page.as_str()), ("size", "1000")]].concat();
        let answer = Record::read(&api.get(&["key", "list"], &query)?)?;
        let more = answer.list("keys")?;
        // If the answer has no `total_pages`, an empty page is the end.
        let ended = more.is_empty() || answer.text("total_pages").as_ref() == Some(&page);
        keys.extend(more);
        if ended {
            break;
        }
    }
    Ok(keys)
}

fn found(api: &Api, named: &str) -> Result<String, Failure> {
    // An alias is exact, so it goes before the beginning of an id, which an alias can look like.
    if let Some(key) = all(api, &[("key_alias", named)])?.first() {
        return Record::read(key)?.required("token");
    }
    let mut ids = Vec::new();
    if named.len() >= SHORTEST && is_hex(named) {
        for key in all(api, &[])? {
            ids.push(Record::read(&key)?.required("token")?);
        }
        // The API finds keys by whole ids only.
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
