//! `model_info.router_models`: the models that a router is restricted to in Azure, as names and
//! patterns.

use cost_model::PriceBook;

/// The models that a router chooses from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// As they are written: `gpt-5-nano`, `openai/*`, `!anthropic/*`.
    pub patterns: Vec<String>,
}

/// A pattern matches a model's name, or its vendor and name; `*` at the end matches anything.
fn matches(pattern: &str, vendor: &str, id: &str) -> bool {
    let whole = format!("{}/{id}", vendor_key(vendor)).to_lowercase();
    let name = id.to_lowercase();
    let pattern = pattern.to_lowercase();
    match pattern.strip_suffix('*') {
        Some(start) => whole.starts_with(start) || (!start.is_empty() && name.starts_with(start)),
        None => pattern == whole || pattern == name,
    }
}

/// A vendor as patterns write it: `Moonshot AI` is `moonshot-ai`.
pub(crate) fn vendor_key(vendor: &str) -> String {
    vendor.to_lowercase().replace(' ', "-")
}

// === impl Pool ===

impl Pool {
    /// The names of all models that can answer. A name without `*` counts even where the router's pool
    /// does not list it; without any pattern that includes, all of the pool but what is excluded.
    pub(crate) fn resolve(&self, book: &PriceBook) -> Vec<String> {
        let pool: Vec<_> =
            book.models().filter(|model| !model.router_versions.is_empty()).collect();
        let excluded =
            |vendor: &str, id: &str| self.excluding().any(|pattern| matches(pattern, vendor, id));
        let all = self.including().next().is_none();
        let mut names: Vec<String> = pool
            .iter()
            .filter(|model| {
                all || self.including().any(|pattern| matches(pattern, &model.vendor, &model.id))
            })
            .filter(|model| !excluded(&model.vendor, &model.id))
            .map(|model| model.id.to_string())
            .collect();
        for name in self.including().filter(|pattern| !pattern.ends_with('*')) {
            // A name may be written with its vendor in front.
            let found = book.find(name.rsplit('/').next().unwrap_or(name));
            let id = found.as_ref().map_or(name, |found| &*found.model.id);
            let vendor = found.as_ref().map_or("", |found| &*found.model.vendor);
            if !excluded(vendor, id) && !names.iter().any(|known| known == id) {
                names.push(id.to_owned());
            }
        }
        names
    }

    /// Whether a model that answered is one of them.
    pub(crate) fn holds(&self, served: &str, book: &PriceBook) -> bool {
        // A model that the table does not know counts as outside: nothing shows that it is in the
        // pool.
        let Ok(found) = book.find(served) else { return false };
        self.resolve(book)
            .iter()
            .any(|name| book.find(name).is_ok_and(|one| one.model.id == found.model.id))
    }

    /// The patterns that match no model of the price table: they may be misspelt. A name that is not
    /// there makes the cost of requests unbounded, which they are refused for.
    pub(crate) fn unmatched(&self, book: &PriceBook) -> Vec<&str> {
        let patterns = self.including().filter(|pattern| pattern.ends_with('*'));
        let all = patterns.chain(self.excluding());
        all.filter(|pattern| !book.models().any(|model| matches(pattern, &model.vendor, &model.id)))
            .filter(|pattern| book.find(pattern).is_err())
            .collect()
    }

    fn including(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().filter(|pattern| !pattern.starts_with('!')).map(String::as_str)
    }

    fn excluding(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().filter_map(|pattern| pattern.strip_prefix('!'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(patterns: &[&str]) -> Pool {
        Pool { patterns: patterns.iter().map(ToString::to_string).collect() }
    }

    fn vendors(patterns: &[&str]) -> std::collections::BTreeSet<String> {
        let book = PriceBook::builtin();
        let names = pool(patterns).resolve(&book);
        assert!(!names.is_empty());
        names.iter().map(|name| vendor_key(&book.find(name).unwrap().model.vendor)).collect()
    }

    #[test]
    fn vendors_are_included_and_excluded() {
        assert_eq!(vendors(&["openai/*"]).into_iter().collect::<Vec<_>>(), ["openai"]);
        let without = vendors(&["!anthropic/*", "!xAI/*"]);
        assert!(without.contains("openai") && without.contains("deepseek"));
        assert!(!without.contains("anthropic") && !without.contains("xai"));
        assert_eq!(vendors(&["*", "!anthropic/*"]), vendors(&["!anthropic/*"]));
    }

    #[test]
    fn names_count_as_they_are_written() {
        let book = PriceBook::builtin();
        assert_eq!(pool(&["gpt-5-nano", "OpenAI/gpt-4.1-nano"]).resolve(&book).len(), 2);
        assert_eq!(pool(&["gpt-9"]).resolve(&book), ["gpt-9"]);
        assert_eq!(pool(&["gpt-5-nano", "!openai/*"]).resolve(&book), [""; 0]);
        let small = pool(&["gpt-5*", "!gpt-5-nano"]).resolve(&book);
        assert!(
            small.contains(&"gpt-5-mini".to_owned()) && !small.contains(&"gpt-5-nano".to_owned())
        );
        assert!(small.iter().all(|name| name.starts_with("gpt-5")));
    }

    #[test]
    fn an_answer_is_held_against_them() {
        let (book, openai) = (PriceBook::builtin(), pool(&["openai/*"]));
        assert!(openai.holds("gpt-5-nano-2025-08-07", &book));
        assert!(!openai.holds("claude-haiku-4-5", &book) && !openai.holds("gpt-999x", &book));
        let found = pool(&["openai/*", "opanai/*", "!gpt-9", "gpt-5-nano"]);
        assert_eq!(found.unmatched(&book), ["opanai/*", "gpt-9"]);
    }
}
