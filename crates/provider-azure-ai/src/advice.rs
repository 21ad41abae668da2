//! Advice for operators whose deployment refuses a request.

use llm_types::Refusal;

/// The refusal of a router's resource that has not got an API yet, in Azure's words.
const UNSUPPORTED: &str = "The requested operation is unsupported.";

/// Advice about a refusal of the API that a request is for.
pub(crate) fn for_api(refusal: &Refusal) -> Option<&'static str> {
    (refusal.status.as_u16() == 400 && refusal.message == UNSUPPORTED).then_some(
        "set `api_base` to the URL of the project, which has this API for routers: \
         `https://RESOURCE.services.ai.azure.com/api/projects/PROJECT`",
    )
}

/// Advice about Azure's refusal; `None` if the refusal is clear enough.
pub(crate) fn of(deployment: &str, refusal: &Refusal) -> Option<String> {
    let code = refusal.code.as_deref();
    Some(match refusal.status.as_u16() {
        401 if code == Some("PermissionDenied") => {
            "give the identity the role `Cognitive Services User` (or `Azure AI User`) on the \
             resource; it needs a few minutes to take effect"
                .to_owned()
        }
        401 => "check that the key is one of the resource that `api_base` names, and that \
                neither was renewed since"
            .to_owned(),
        403 => "check the resource's network rules, and the role of the identity".to_owned(),
        404 if code == Some("DeploymentNotFound") => format!(
            "there is no deployment `{deployment}` at this endpoint: check the name behind \
             `azure_ai/`, or in the URL; a new one needs a few minutes to work"
        ),
        404 => "check the path of `api_base` and `api_version`; best is \
                `https://RESOURCE.services.ai.azure.com/openai/v1/`"
            .to_owned(),
        429 => "the connection works, but the deployment's quota is used up for now; try again \
                later, or raise its quota"
            .to_owned(),
        400..=499 => return for_api(refusal).map(str::to_owned),
        _ => "Azure has trouble of its own; try again".to_owned(),
    })
}
