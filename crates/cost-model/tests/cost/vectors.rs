//! Every known cost, to the picodollar: computed by hand from published prices and captured usage.

use cost_model::{PriceBook, QuoteRequest};
use serde_json::Value;

/// The vectors that fail, one line each, and how many there are.
fn wrong(text: &str) -> (usize, Vec<String>) {
    let file: Value = serde_json::from_str(text).unwrap();
    let book = PriceBook::builtin();
    let vectors = file["vectors"].as_array().unwrap();
    let wrong = vectors.iter().filter_map(|vector| {
        let request: QuoteRequest = serde_json::from_value(vector.clone()).unwrap();
        let quote = serde_json::to_value(request.quote(&book).unwrap()).unwrap();
        let expected = &vector["expected"];
        (quote != *expected)
            .then(|| format!("{}: expected {expected}, found {quote}", vector["id"]))
    });
    (vectors.len(), wrong.collect())
}

#[test]
fn every_vector_is_exact() {
    let (count, wrong) = wrong(include_str!("../cost_vectors.json"));
    assert!(count >= 55);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_that_changed_in_november_is_exact() {
    let (count, wrong) = wrong(include_str!("../cost_vectors_november.json"));
    assert!(count >= 216);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
