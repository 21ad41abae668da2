//! Responses that were made before, and are stored upstream: who made one, and where.
//!
//! The ledger's entry has both, so that every gateway that shares it knows them, also after a restart.

use std::sync::Arc;

use ledger::{EntryFilter, EntryRow, SortBy, Sorted};
use llm_types::RequestView;

use crate::{
    app::App,
    auth::Caller,
    deployments::Member,
    http::{ApiError, NotMade},
};

/// A response that was made before.
pub(super) struct MadeBefore {
    /// The model group that was asked for.
    pub(super) group: String,
    /// The deployment that has it.
    pub(super) deployment_id: Arc<str>,
}

/// The response of this id, if the caller may know it: its key or a key of its team has made it, or the
/// caller is an admin. Another's is as unknown as one that never was.
pub(super) async fn find(
    app: &App,
    caller: &Caller,
    id: &str,
) -> Result<Option<MadeBefore>, ApiError> {
    // Only such ids become part of an address.
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-');
    if id.is_empty() || !id.bytes().all(plain) {
        return Ok(None);
    }
    let found = match row(app, id).await? {
        Some(row) => Some(row),
        None => {
            // Its row may still be in the spool.
            app.books.catch_up().await;
            row(app, id).await?
        }
    };
    let own = |row: &EntryRow<'_>| caller.has_made(row.key_id.as_deref(), row.team_id.as_deref());
    Ok(found.filter(own).map(|row| MadeBefore {
        group: row.asked.into_owned(),
        deployment_id: row.deployment_id.as_ref().into(),
    }))
}

/// The newest entry whose answer has this id.
async fn row(app: &App, id: &str) -> Result<Option<EntryRow<'static>>, ApiError> {
    let filter = EntryFilter { answer_id: Some(id.to_owned()), ..EntryFilter::default() };
    let newest = Sorted { by: SortBy::Time, ascending: false, offset: 0, limit: 1 };
    Ok(app.books.store().sorted(&filter, &newest).await?.pop())
}

/// The only deployments that can go on with what a request names of earlier answers; `None`: it names
/// nothing.
pub(super) async fn pinned(
    app: &App,
    caller: &Caller,
    (asked, view): (&str, &RequestView<'_>),
) -> Result<Option<Vec<Arc<str>>>, ApiError> {
    if let Some(id) = view.conversation().filter(|_| !caller.is_admin()) {
        // None is made here, so that nobody can be known to have made it.
        return Err(ApiError::NotMade(NotMade::Conversation, id.into_owned()));
    }
    let Some(id) = view.earlier() else { return Ok(None) };
    let unknown = || ApiError::NotMade(NotMade::Response, id.clone().into_owned());
    let made = find(app, caller, &id).await?.ok_or_else(unknown)?;
    let set = app.set();
    let maker = set.of_group(&made.group).find(|member| member.deployment.id == made.deployment_id);
    let maker = maker.ok_or_else(unknown)?;
    // Under another name the same resource has it as well.
    let same: Vec<_> = set
        .of_group(asked)
        .filter(|member| caller.may_use(member) && is_same_place(member, maker))
        .map(|member| Arc::clone(&member.deployment.id))
        .collect();
    if same.contains(&made.deployment_id) {
        return Ok(Some(vec![made.deployment_id]));
    }
    if same.is_empty() { Err(unknown()) } else { Ok(Some(same)) }
}

/// Whether two deployments are at the same resource, or project.
fn is_same_place(one: &Member, other: &Member) -> bool {
    let endpoint = |member: &Member| member.deployment.provider.endpoint().to_owned();
    one.deployment.id == other.deployment.id || endpoint(one) == endpoint(other)
}
