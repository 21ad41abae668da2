//! Advice for operators whose server refuses a request.

use llm_types::Refusal;

use crate::Endpoint;

/// Advice about a refusal; `None` if the refusal is clear enough.
pub(crate) fn of(endpoint: &Endpoint, model: &str, refusal: &Refusal) -> Option<String> {
    Some(match refusal.status.as_u16() {
        401 => "check `api_key`: it must be a key of the server that `api_base` names".to_owned(),
        403 => "check that the key may use this model, and the server's network rules".to_owned(),
        404 if endpoint.is_openai() => {
            format!("check that the key's project may use `{model}`, and how its name is written")
        }
        404 => format!(
            "check the path of `api_base`, and that the server has loaded `{model}`: its \
             `GET /v1/models` lists the names"
        ),
        429 if refusal.code.as_deref() == Some("insufficient_quota") => {
            "the connection works, but the account has no credit left".to_owned()
        }
        429 => "the connection works, but the server's limit is reached for now; try again later"
            .to_owned(),
        400..=499 => return None,
        _ => "the server has trouble of its own; try again, and look into its log".to_owned(),
    })
}
