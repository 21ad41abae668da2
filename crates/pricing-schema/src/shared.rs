//! Facts from all price files together, which rules about one file need.

use std::collections::BTreeMap;

use pricing_data::Zone;

use crate::source::{Source, SourceFile};

/// How much a set of price files must prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// The published table: every rule.
    Published,
    /// An operator's own prices: nothing need be said of evidence, confidence, vendor and names,
    /// a price may end with nothing after it, where the published one holds again, and no figure is
    /// implausible.
    Overlay,
}

/// The facts that the rules need from all files together.
pub(crate) struct Shared<'a> {
    pub(crate) strictness: Strictness,
    pub(crate) sources: BTreeMap<&'a str, &'a Source>,
    pub(crate) zones: BTreeMap<Zone, &'a [String]>,
}

impl<'a> Shared<'a> {
    pub(crate) fn gather(files: &'a [SourceFile], strictness: Strictness) -> Self {
        let sources = files.iter().flat_map(|file| &file.sources);
        let zones = files.iter().flat_map(|file| &file.zones);
        Self {
            strictness,
            sources: sources.map(|(key, source)| (key.as_str(), source)).collect(),
            zones: zones.map(|(zone, regions)| (zone.0, regions.as_slice())).collect(),
        }
    }
}
