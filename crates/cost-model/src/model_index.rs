//! An index by name of models that were read at run time.

use std::cmp::Ordering;

use pricing_data::Model;

/// Models, and the index of their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Models {
    all: Vec<Model>,
    /// Lower-case ids, snapshots and aliases, sorted, with the model's place in `all`.
    names: Vec<(String, usize)>,
}

// === impl Models ===

impl Models {
    pub(crate) fn new(all: Vec<Model>) -> Self {
        let of_model = |(index, model)| spellings(model).map(move |name| (name, index));
        let mut names: Vec<_> = all.iter().enumerate().flat_map(of_model).collect();
        // Sorted for `named`. No two models have one name: the rules of price files forbid it.
        names.sort_unstable();
        Self { all, names }
    }

    /// The model that has this id, snapshot or alias, ASCII case ignored.
    pub(crate) fn named(&self, name: &str) -> Option<&Model> {
        let at = self.names.binary_search_by(|(known, _)| compare(known, name)).ok()?;
        self.all.get(self.names[at].1)
    }

    pub(crate) fn all(&self) -> &[Model] {
        &self.all
    }
}

fn spellings(model: &Model) -> impl Iterator<Item = String> {
    [&model.id]
        .into_iter()
        .chain(model.snapshots.iter())
        .chain(model.aliases.iter())
        .map(|name| name.to_ascii_lowercase())
}

/// Compares a lower-case name with one of any case, without allocating.
fn compare(known: &str, name: &str) -> Ordering {
    known.bytes().cmp(name.bytes().map(|byte| byte.to_ascii_lowercase()))
}
