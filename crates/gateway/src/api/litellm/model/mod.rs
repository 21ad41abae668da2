//! `/model/…`: adds, changes and deletes deployments while the gateway runs. Those of the
//! configuration file are read-only.

mod change;
pub(crate) mod connection_check;
mod connection_report;
pub(crate) mod cost_calculation;
pub(crate) mod cost_estimate;
mod costs;
pub(crate) mod group;
pub(crate) mod info;
mod offer;
mod price;
mod row;

use axum::{Json, extract::State};
use gateway_api::litellm::model::{ModelChange, ModelNamed, ModelTerms};
use ledger::StoredModel;
use serde::Serialize;
use utoipa::ToSchema;

use self::{change::Change, row::ModelRow};
use super::fields::Fields;
use crate::{
    app::{App, Worker},
    auth::{Actor, Admin, Caller},
    deployments::{Entry, Object, VaultError, is_secret, text},
    http::{ApiError, PathName},
    openapi::{Conflict, NotDone, NotFound},
};

/// The deleted model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelDeleted)]
pub(super) struct Deleted {
    message: String,
}

/// Adds a deployment to a model group, for all gateways that share the database.
#[utoipa::path(post, path = "/model/new", tag = "models", request_body = ModelTerms,
    responses((status = 200, body = ModelRow), NotDone, Conflict))]
pub(super) async fn new(
    State(worker): State<Worker>,
    caller: Caller,
    Admin(actor): Admin,
    Fields(terms, _): Fields<ModelTerms>,
) -> Result<Json<ModelRow>, ApiError> {
    let ModelTerms { model_name, litellm_params, fields, sold, .. } = terms;
    let change = Change::new(model_name, litellm_params, fields, sold)?;
    let app = &worker.app;
    let _changing = app.deployments.changing.lock().await;
    let id = change.id.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
    if app.deployments.fixed(&id).is_some() || stored(app, &id).await?.is_some() {
        return Err(ApiError::Taken(format!("another model has the id `{id}`")));
    }
    let mut entry = empty(&id);
    let blocked = change.blocked.unwrap_or(false);
    change.apply(&mut entry);
    if entry.model_name.is_empty() {
        return Err(ApiError::BadField("expected the field `model_name`, found none".to_owned()));
    }
    let created_at = app.now().as_microsecond();
    let created_by = Some(name_of(&caller));
    let model = StoredModel { id, blocked, created_by, created_at, ..StoredModel::default() };
    save(app, (&caller, &actor), model, entry).await.map(Json)
}

/// Changes a deployment that was added by API.
#[utoipa::path(post, path = "/model/update", tag = "models", request_body = ModelChange,
    responses((status = 200, body = ModelRow), NotDone, NotFound, Conflict))]
pub(super) async fn update(
    State(worker): State<Worker>,
    caller: Caller,
    Admin(actor): Admin,
    Fields(terms, _): Fields<ModelChange>,
) -> Result<Json<ModelRow>, ApiError> {
    let change = Change::of(terms)?;
    let missing = || {
        let text = "expected `model_info.id` or `model_id`, which says which model, found none";
        ApiError::BadField(text.to_owned())
    };
    let id = change.id.clone().ok_or_else(missing)?;
    changed(&worker.app, (&caller, &actor), &id, change).await.map(Json)
}

/// The same; the path names the deployment.
#[utoipa::path(patch, path = "/model/{id}/update", tag = "models",
    params(("id" = String, Path, description = "The deployment's id.")), request_body = ModelChange,
    responses((status = 200, body = ModelRow), NotDone, NotFound, Conflict))]
pub(super) async fn patch(
    State(worker): State<Worker>,
    caller: Caller,
    Admin(actor): Admin,
    PathName(id): PathName,
    Fields(terms, _): Fields<ModelChange>,
) -> Result<Json<ModelRow>, ApiError> {
    let change = Change::of(terms)?;
    if change.id.as_ref().is_some_and(|given| *given != id) {
        let text = format!("expected `model_info.id` to be `{id}` as in the path, or left out");
        return Err(ApiError::BadField(text));
    }
    changed(&worker.app, (&caller, &actor), &id, change).await.map(Json)
}

/// Deletes a deployment that was added by API.
#[utoipa::path(post, path = "/model/delete", tag = "models", request_body = ModelNamed,
    responses((status = 200, body = Deleted), NotDone, NotFound, Conflict))]
pub(super) async fn delete(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Fields(named, _): Fields<ModelNamed>,
) -> Result<Json<Deleted>, ApiError> {
    let id = named.id.0;
    let app = &worker.app;
    let _changing = app.deployments.changing.lock().await;
    existing(app, &id).await?;
    app.books.store().delete_model(&id, &actor.change()).await?;
    app.books.model_deleted(&id).await;
    Ok(Json(Deleted { message: format!("Model: {id} deleted successfully") }))
}

async fn changed(
    app: &App,
    by: (&Caller, &Actor),
    id: &str,
    change: Change,
) -> Result<ModelRow, ApiError> {
    let _changing = app.deployments.changing.lock().await;
    let mut model = existing(app, id).await?;
    model.blocked = change.blocked.unwrap_or(model.blocked);
    let entry = over(app, &model, change)?;
    save(app, by, model, entry).await
}

/// A stored model with a change over it, its secrets open.
pub(super) fn over(app: &App, model: &StoredModel, mut change: Change) -> Result<Entry, ApiError> {
    // An entry that cannot be read can be replaced.
    let before = Entry::of(model).unwrap_or_else(|_| empty(&model.id));
    change.without_shown(&info::shown(app, &model.id), &before.info);
    let mut entry = change.kept(before.clone());
    entry
        .open(&app.deployments.vault, &model.id)
        .map_err(|error| unprotected(&model.id, &error))?;
    let secret = entry.params.keys().find(|key| is_secret(key)).cloned();
    change.apply(&mut entry);
    match secret.filter(|secret| entry.params.contains_key(secret)) {
        // Whoever may change a model may not learn its secrets by having them sent to themselves.
        Some(secret) if entry.goes_elsewhere(&before, app.deployments.transport()) => {
            // An entry that cannot be read sends nothing anywhere.
            entry.read(app.deployments.transport())?;
            Err(ApiError::BadField(format!(
                "the new `litellm_params` would send the stored `{secret}` to another host than \
                 the one that it was set for; send `{secret}` again"
            )))
        }
        _ => Ok(entry),
    }
}

/// Stores a model that can be used, and lets this gateway know of it at once.
async fn save(
    app: &App,
    (caller, actor): (&Caller, &Actor),
    mut model: StoredModel,
    mut entry: Entry,
) -> Result<ModelRow, ApiError> {
    let added = entry.read(app.deployments.transport())?;
    // What has no effect is not kept: nobody knows whether it is a secret.
    for ignored in &added.ignored {
        if let Some(key) = ignored.strip_prefix("litellm_params.") {
            entry.params.remove(key);
        }
    }
    entry.seal(&app.deployments.vault, &model).map_err(|error| unprotected(&model.id, &error))?;
    model.group.clone_from(&entry.model_name);
    model.params = serde_json::to_string(&entry.params).unwrap_or_default();
    model.info = serde_json::to_string(&entry.info).unwrap_or_default();
    model.updated_at = app.now().as_microsecond();
    model.updated_by = Some(name_of(caller));
    app.books.store().put_model(&model, &actor.change()).await?;
    app.books.model_stored(&model).await;
    Ok(ModelRow::new(model, entry, &added))
}

/// A model that may be changed.
async fn existing(app: &App, id: &str) -> Result<StoredModel, ApiError> {
    if app.deployments.fixed(id).is_some() {
        return Err(ApiError::ModelFixed(id.to_owned()));
    }
    let missing = || ApiError::NoSuch { what: "model", id: id.to_owned() };
    stored(app, id).await?.ok_or_else(missing)
}

pub(super) async fn stored(app: &App, id: &str) -> Result<Option<StoredModel>, ApiError> {
    let models = app.books.store().directory().await?.models;
    Ok(models.into_iter().find(|model| model.id == id))
}

/// An entry of which nothing is known but its id.
pub(super) fn empty(id: &str) -> Entry {
    let info = [("id".to_owned(), text(id))].into();
    Entry { model_name: String::new(), params: Object::new(), info }
}

pub(super) fn unprotected(id: &str, error: &VaultError) -> ApiError {
    ApiError::Credential(format!("the model `{id}`: {error}"))
}

/// The author of a change, as recorded in the ledger.
fn name_of(caller: &Caller) -> String {
    match caller {
        Caller::Operator => "master_key".to_owned(),
        Caller::Key(known) => {
            let key = &known.key;
            key.user_id.as_ref().or(key.alias.as_ref()).unwrap_or(&key.id).clone()
        }
    }
}
