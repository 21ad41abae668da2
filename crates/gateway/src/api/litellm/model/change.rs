//! Change of a model: the fields that `/model/new` and `/model/update` share.

use gateway_api::{
    TextField,
    litellm::model::{ModelChange, ModelFields, ParamsField, SoldTerms},
};
use serde_json::{Value, value::RawValue};

use crate::{
    api::litellm::fields::wrong,
    deployments::{Entry, MASK, MERGE, Object, is_secret, plain, text, text_of},
    http::ApiError,
};

/// What is to become of a model.
pub(crate) struct Change {
    /// The model that it is about.
    pub(crate) id: Option<String>,
    name: Option<String>,
    params: Object,
    info: Object,
    /// Whether `model_info` is one that an answer has shown, with what is computed.
    came_back: bool,
    /// Keys of `litellm_params` that are to go.
    remove: Vec<String>,
    pub(crate) blocked: Option<bool>,
}

/// What `/model/info` computes: it may come back as it was shown, and is not kept.
const COMPUTED: [&str; 13] = [
    "blocked",
    "created_at",
    "created_by",
    "db_model",
    "error",
    "key",
    "litellm_provider",
    "pool_price_range",
    "routing_fee_per_token",
    "updated_at",
    "updated_by",
    "url",
    "warnings",
];
/// The longest id and the longest name, in bytes.
const LONGEST: usize = 256;

// === impl Change ===

impl Change {
    pub(crate) fn of(change: ModelChange) -> Result<Self, ApiError> {
        let ModelChange { model_name, litellm_params, fields, sold, .. } = change;
        Self::new(model_name, litellm_params, fields, sold)
    }

    pub(crate) fn new(
        model_name: TextField,
        params: ParamsField,
        fields: ModelFields,
        sold: SoldTerms,
    ) -> Result<Self, ApiError> {
        let info = fields.model_info.value().map_or_else(Object::new, |info| info.0);
        let mut info = unmerged("model_info", info)?;
        // A deployment's SKU may also be in the request itself.
        let SoldTerms { deployment_type, zone, region } = sold;
        for (key, value) in
            [("deployment_type", deployment_type), ("zone", zone), ("region", region)]
        {
            if let Some(value) = value.value() {
                info.insert(key.to_owned(), text(&value));
            }
        }
        // LiteLLM's own client calls it `id` when it updates.
        let beside = [fields.model_id.value(), fields.id.value()];
        let id = id(beside.into_iter().flatten().next(), info.remove("id"))?;
        let came_back = info.contains_key("litellm_provider");
        info.retain(|key, _| !COMPUTED.contains(&key.as_str()));
        Ok(Self {
            id,
            name: model_name.value().map(name).transpose()?,
            params: unmerged(
                "litellm_params",
                params.value().map_or_else(Object::new, |params| params.0),
            )?,
            info,
            came_back,
            remove: fields.litellm_params_to_remove.value().unwrap_or_default(),
            blocked: fields.blocked.value(),
        })
    }

    /// Whether it says anything of how the model is reached.
    pub(crate) fn has_params(&self) -> bool {
        !self.params.is_empty()
    }

    /// The kept part of an entry: values that are neither replaced nor removed.
    pub(crate) fn kept(&self, mut entry: Entry) -> Entry {
        entry.params.retain(|key, _| {
            let given = self.params.get(key).is_some_and(|value| !is_mask(key, value));
            !given && !self.remove.contains(key)
        });
        entry
    }

    /// Where `model_info` comes back as an answer has shown it: leaves out what nobody wrote, such as a
    /// price of the price table.
    pub(crate) fn without_shown(&mut self, shown: &Value, written: &Object) {
        let is_shown = |key: &str, value: &RawValue| {
            serde_json::from_str::<Value>(value.get()).ok().as_ref() == shown.get(key)
        };
        let came_back = self.came_back;
        self.info
            .retain(|key, value| !came_back || written.contains_key(key) || !is_shown(key, value));
    }

    /// Puts what is given over an entry; null takes a key away.
    pub(crate) fn apply(self, entry: &mut Entry) {
        if let Some(name) = self.name {
            entry.model_name = name;
        }
        let given = self.params.into_iter().filter(|(key, value)| !is_mask(key, value));
        put(&mut entry.params, given);
        put(&mut entry.info, self.info);
    }
}

fn put(to: &mut Object, given: impl IntoIterator<Item = (String, Box<RawValue>)>) {
    for (key, value) in given {
        if value.get() == "null" {
            to.remove(&key);
        } else {
            to.insert(key, plain(&value));
        }
    }
}

/// What an answer shows in place of a secret leaves it as it is.
fn is_mask(key: &str, value: &RawValue) -> bool {
    is_secret(key) && text_of(value).as_deref() == Some(MASK)
}

/// An object without YAML's merge keys.
fn unmerged(name: &str, object: Object) -> Result<Object, ApiError> {
    let below =
        |value: &RawValue| serde_json::from_str(value.get()).is_ok_and(|value| merges(&value));
    if object.iter().any(|(key, value)| key == MERGE || below(value)) {
        return Err(ApiError::BadField(format!(
            "expected `{name}` without the key `<<`: merge keys are not supported here; write \
             the keys themselves"
        )));
    }
    Ok(object)
}

/// Whether YAML's key of what is merged is anywhere in a value.
fn merges(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.iter().any(|(key, value)| key == MERGE || merges(value)),
        Value::Array(items) => items.iter().any(merges),
        _ => false,
    }
}

/// The id, in any of its places.
fn id(beside: Option<String>, inside: Option<Box<RawValue>>) -> Result<Option<String>, ApiError> {
    let inside = inside.filter(|id| id.get() != "null");
    let expected = "a text of at most 256 bytes without blanks and `/`";
    let inside =
        inside.map(|id| text_of(&id).ok_or_else(|| wrong("model_info.id", expected, id.get())));
    let inside = inside.transpose()?;
    if let (Some(beside), Some(inside)) = (&beside, &inside)
        && beside != inside
    {
        return Err(wrong("model_info.id", "the same as `model_id`", inside));
    }
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '/';
    match beside.or(inside).filter(|id| !id.is_empty()) {
        Some(id) if id.len() > LONGEST || id.contains(odd) => {
            Err(wrong("model_info.id", expected, &id))
        }
        id => Ok(id),
    }
}

fn name(name: String) -> Result<String, ApiError> {
    if name.trim().is_empty() || name.len() > LONGEST || name.contains(char::is_control) {
        return Err(wrong("model_name", "a name of at most 256 bytes on one line", &name));
    }
    Ok(name)
}
