//! The table of entries: one row each, with the tags and texts of settled ones in tables of their
//! own.

use super::{Store, StoreError, counted_names, facets, provider_ids};
use crate::{
    db::{Cells, DbError, Kind, Row, Statement, Step, Table, clipped},
    entry::row::{EntryRow, Outcome},
};
use Kind::{Int, Text};

/// In the order in which [`cells`] puts them and [`read`] takes them.
static ENTRIES: Table = Table {
    name: "entries",
    columns: &[
        ("id", Text),
        ("at", Int),
        ("instance", Text),
        ("asked", Text),
        ("deployment", Text),
        ("deployment_id", Text),
        ("served", Text),
        ("stream", Int),
        ("outcome", Text),
        ("status_code", Int),
        ("error", Text),
        ("service_tier", Text),
        ("prompt_tokens", Int),
        ("cached_tokens", Int),
        ("cache_write_tokens", Int),
        ("output_tokens", Int),
        ("usage_source", Text),
        ("cost_status", Text),
        ("cost_pico", Int),
        ("known_pico", Int),
        ("fee_pico", Int),
        ("reserved_pico", Int),
        ("charged_pico", Int),
        ("budgets", Text),
        ("headers_ms", Int),
        ("first_content_ms", Int),
        ("duration_ms", Int),
        ("answer_id", Text),
        ("provider_request_id", Text),
        ("key_id", Text),
        ("key_alias", Text),
        ("team_id", Text),
        ("user_id", Text),
        ("end_user", Text),
        ("session_id", Text),
        ("tags", Text),
        ("metadata", Text),
        ("detail", Text),
        ("client_ip", Text),
        ("counted_served", Text),
        ("counted_tags", Text),
    ],
    conflict: "(id) DO UPDATE SET served = excluded.served, outcome = excluded.outcome, \
        deployment = excluded.deployment, deployment_id = excluded.deployment_id, \
        status_code = excluded.status_code, error = excluded.error, \
        service_tier = excluded.service_tier, prompt_tokens = excluded.prompt_tokens, \
        cached_tokens = excluded.cached_tokens, \
        cache_write_tokens = excluded.cache_write_tokens, \
        output_tokens = excluded.output_tokens, usage_source = excluded.usage_source, \
        cost_status = excluded.cost_status, cost_pico = excluded.cost_pico, \
        known_pico = excluded.known_pico, fee_pico = excluded.fee_pico, \
        charged_pico = excluded.charged_pico, reserved_pico = excluded.reserved_pico, headers_ms = excluded.headers_ms, \
        first_content_ms = excluded.first_content_ms, duration_ms = excluded.duration_ms, \
        answer_id = excluded.answer_id, provider_request_id = excluded.provider_request_id, \
        counted_served = excluded.counted_served, counted_tags = excluded.counted_tags, \
        detail = excluded.detail WHERE entries.outcome = 'open'",
};

static TAGS: Table = Table {
    name: "entry_tags",
    columns: &[("tag", Text), ("id", Text), ("counted", Text)],
    conflict: "(tag, id) DO UPDATE SET counted = excluded.counted",
};

static TEXTS: Table = Table {
    name: "entry_texts",
    columns: &[("id", Text), ("prompt", Text), ("answer", Text)],
    conflict: "(id) DO UPDATE SET prompt = excluded.prompt, answer = excluded.answer",
};

/// What the entries say that were settled by another gateway than their own.
pub(super) const GONE: &str = "its gateway is gone";

// === impl Store: entries ===

impl Store {
    /// The entry of one request, without its texts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn entry(&self, id: &str) -> Result<Option<EntryRow<'static>>, StoreError> {
        let sql = format!("SELECT {} FROM entries WHERE id = $1", names());
        let mut rows = self.db.query(sql, vec![id.into()]).await?;
        Ok(rows.pop().map(read).transpose()?)
    }

    /// What an instance has open.
    pub(super) async fn open_entries(
        &self,
        instance: &str,
    ) -> Result<Vec<EntryRow<'static>>, StoreError> {
        let sql = format!(
            "SELECT {} FROM entries WHERE outcome = 'open' AND instance = $1 ORDER BY id",
            names()
        );
        let rows = self.db.query(sql, vec![instance.into()]).await?;
        Ok(rows.into_iter().map(read).collect::<Result<_, _>>()?)
    }
}

/// What of an instance's entries others have settled, since it was gone.
pub(super) async fn settled_by_others(
    store: &Store,
    instance: &str,
) -> Result<Vec<EntryRow<'static>>, StoreError> {
    let sql = format!(
        "SELECT {} FROM entries WHERE outcome = 'interrupted' AND instance = $1 AND error = $2",
        names()
    );
    let rows = store.db.query(sql, vec![instance.into(), GONE.into()]).await?;
    Ok(rows.into_iter().map(read).collect::<Result<_, _>>()?)
}

/// Opens one of these again.
pub(super) fn reopen(id: &str) -> Step {
    let sql = "UPDATE entries SET outcome = 'open', cost_status = 'open', charged_pico = 0, \
        error = NULL WHERE id = $1 AND outcome = 'interrupted'";
    Step::One(Statement::new(sql, vec![id.into()]).expecting(1))
}

/// The columns that [`read`] takes.
pub(super) fn names() -> String {
    ENTRIES.names()
}

/// Puts rows in, or over what is known so far of the same requests.
pub(super) fn put<'a>(rows: impl Iterator<Item = &'a EntryRow<'a>> + Clone) -> Vec<Step> {
    let mut entries = Cells::with_capacity(ENTRIES.columns.len(), rows.clone().count());
    let mut tags = Cells::with_capacity(TAGS.columns.len(), 0);
    let mut texts = Cells::with_capacity(TEXTS.columns.len(), 0);
    for row in rows.clone() {
        cells(row, &mut entries);
        if row.outcome() == Outcome::Open {
            continue;
        }
        for (tag, counted) in counted_names::tags(row) {
            tags.name(&tag);
            tags.text(&row.id);
            tags.opt_text(counted);
        }
        if row.prompt.is_some() || row.answer.is_some() {
            texts.text(&row.id);
            texts.opt_text(row.prompt.as_deref());
            texts.opt_text(row.answer.as_deref());
        }
    }
    let all = [(&ENTRIES, entries), (&TAGS, tags), (&TEXTS, texts)];
    let filled = all.into_iter().filter(|(_, cells)| !cells.is_empty());
    let filled = filled.map(|(table, cells)| Step::Many(table, cells));
    filled.chain(facets::add(rows.clone())).chain(provider_ids::add(rows)).collect()
}

fn cells(row: &EntryRow<'_>, to: &mut Cells) {
    to.text(&row.id);
    to.int(row.at);
    to.text(&row.instance);
    to.name(&row.asked);
    to.name(&row.deployment);
    to.text(&row.deployment_id);
    to.opt_text(row.served.as_deref().map(clipped));
    to.int(row.stream.into());
    to.text(&row.outcome);
    to.opt_int(row.status_code);
    to.opt_text(row.error.as_deref());
    to.opt_text(row.service_tier.as_deref());
    for tokens in [row.prompt_tokens, row.cached_tokens, row.cache_write_tokens, row.output_tokens]
    {
        to.opt_int(tokens);
    }
    to.text(&row.usage_source);
    to.text(&row.cost_status);
    to.opt_int(row.cost_pico);
    to.int(row.known_pico);
    to.opt_int(row.fee_pico);
    to.int(row.reserved_pico);
    to.int(row.charged_pico);
    to.opt_text(row.budgets.as_deref());
    to.opt_int(row.headers_ms);
    to.opt_int(row.first_content_ms);
    to.int(row.duration_ms);
    to.opt_text(row.answer_id.as_deref());
    let names = [&row.provider_request_id, &row.key_id, &row.key_alias, &row.team_id, &row.user_id];
    for name in names.into_iter().chain([&row.end_user, &row.session_id]) {
        to.opt_text(name.as_deref().map(clipped));
    }
    to.opt_text(row.tags.as_deref());
    to.opt_text(row.metadata.as_deref());
    to.text(&row.detail);
    for text in [&row.client_ip, &row.counted_served] {
        to.opt_text(text.as_deref().map(clipped));
    }
    to.opt_text(row.counted_tags.as_deref());
}

/// What a row of the table says.
pub(super) fn read(mut row: Row) -> Result<EntryRow<'static>, DbError> {
    let row = &mut row;
    Ok(EntryRow {
        id: row.text()?.into(),
        at: row.int()?,
        instance: row.text()?.into(),
        asked: row.text()?.into(),
        deployment: row.text()?.into(),
        deployment_id: row.text()?.into(),
        served: row.opt_text()?.map(Into::into),
        stream: row.flag()?,
        outcome: row.text()?.into(),
        status_code: row.opt_int()?,
        error: row.opt_text()?.map(Into::into),
        service_tier: row.opt_text()?.map(Into::into),
        prompt_tokens: row.opt_int()?,
        cached_tokens: row.opt_int()?,
        cache_write_tokens: row.opt_int()?,
        output_tokens: row.opt_int()?,
        usage_source: row.text()?.into(),
        cost_status: row.text()?.into(),
        cost_pico: row.opt_int()?,
        known_pico: row.int()?,
        fee_pico: row.opt_int()?,
        reserved_pico: row.int()?,
        charged_pico: row.int()?,
        budgets: row.opt_text()?.map(Into::into),
        headers_ms: row.opt_int()?,
        first_content_ms: row.opt_int()?,
        duration_ms: row.int()?,
        answer_id: row.opt_text()?.map(Into::into),
        provider_request_id: row.opt_text()?.map(Into::into),
        key_id: row.opt_text()?.map(Into::into),
        key_alias: row.opt_text()?.map(Into::into),
        team_id: row.opt_text()?.map(Into::into),
        user_id: row.opt_text()?.map(Into::into),
        end_user: row.opt_text()?.map(Into::into),
        session_id: row.opt_text()?.map(Into::into),
        tags: row.opt_text()?.map(Into::into),
        metadata: row.opt_text()?.map(Into::into),
        detail: row.text()?.into(),
        client_ip: row.opt_text()?.map(Into::into),
        counted_served: row.opt_text()?.map(Into::into),
        counted_tags: row.opt_text()?.map(Into::into),
        prompt: None,
        answer: None,
    })
}
