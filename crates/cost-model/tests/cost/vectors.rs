//! Every known cost, to the picodollar: computed by hand from published prices and captured usage.

use cost_model::{PriceBook, QuoteRequest};
use serde_json::Value;

#[test]
fn every_vector_is_exact() {
    let file: Value = serde_json::from_str(include_str!("../cost_vectors.json")).unwrap();
    let book = PriceBook::builtin();
    let vectors = file["vectors"].as_array().unwrap();
    assert!(vectors.len() >= 55);
    let wrong: Vec<String> = vectors
        .iter()
        .filter_map(|vector| {
            let request: QuoteRequest = serde_json::from_value(vector.clone()).unwrap();
            let quote = serde_json::to_value(request.quote(&book).unwrap()).unwrap();
            let expected = &vector["expected"];
            (quote != *expected)
                .then(|| format!("{}: expected {expected}, found {quote}", vector["id"]))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
