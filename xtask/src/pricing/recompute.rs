//! The second reading of the price sources, by a script that shares no code with the first.

use crate::command::{command, run};
use std::path::Path;

const SCRIPT: &str = "xtask/recompute.py";
const SOURCES: &str = "pricing-data/sources";
const VECTORS: [&str; 2] = [
    "crates/cost-model/tests/cost_vectors.json",
    "crates/cost-model/tests/cost_vectors_november.json",
];

/// Recomputes every cost vector from the sources.
///
/// # Errors
/// When Python is missing, or a vector's cost is another.
pub(crate) fn recompute() -> anyhow::Result<()> {
    compare(&VECTORS.map(Path::new))
}

fn compare(vectors: &[&Path]) -> anyhow::Result<()> {
    let mut script = command("python3", &[SCRIPT, SOURCES]);
    run(script.args(vectors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository;
    use std::fs;

    #[test]
    fn a_figure_that_is_off_by_a_picodollar_is_found() {
        let text = fs::read_to_string(repository::root().join(VECTORS[0])).unwrap();
        let file = std::env::temp_dir().join(format!("off-{}.json", std::process::id()));
        fs::write(&file, &text).unwrap();
        compare(&[&file]).unwrap();
        let off = text.replacen("\"total\": \"0.00087506\"", "\"total\": \"0.000875060001\"", 1);
        assert_ne!(off, text);
        fs::write(&file, off).unwrap();
        compare(&[&file]).unwrap_err();
        fs::remove_file(file).unwrap();
    }
}
