//! Arbitrary JSON for property tests.

use proptest::prelude::*;
use serde_json::Value;

pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Of few digits: they are read back as they were written.
        "-?[0-9]\\.[0-9]{1,3}(e-?[0-9])?".prop_map(|number| serde_json::from_str(&number).unwrap()),
        any::<String>().prop_map(Value::from),
        "[a-z\"\\\\\n ]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z\"\\\\{}\\[\\]é]{0,4}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
