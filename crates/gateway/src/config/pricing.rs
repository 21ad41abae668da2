//! The section `pricing`: the operator's own prices, and the billing rules that their bills confirm.

use std::path::Path;

use cost_model::PriceBook;

use super::{ConfigError, Table};

/// Published prices with the operator's file over them; its path is relative to the configuration.
pub(super) fn read(mut table: Table<'_, '_>, config: &str) -> Result<PriceBook, ConfigError> {
    let book = overlaid(&mut table, config)?;
    let Some((confirmed, place)) = table.texts_at("confirmed")? else { return Ok(book) };
    book.confirming(confirmed).map_err(|source| ConfigError::UnknownRule { place, source })
}

fn overlaid(table: &mut Table<'_, '_>, config: &str) -> Result<PriceBook, ConfigError> {
    let Some(overlay) = table.scalar("overlay")? else { return Ok(PriceBook::builtin()) };
    let folder = Path::new(config).parent().unwrap_or(Path::new(""));
    let path = folder.join(&overlay.text);
    let file = path.display().to_string();
    let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::OverlayFile {
        place: overlay.place.clone(),
        file: file.clone(),
        source,
    })?;
    PriceBook::with_overlay(&text, &file)
        .map_err(|source| ConfigError::Overlay { place: overlay.place, source })
}
