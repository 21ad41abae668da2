//! Rust sources as the rules read them: test code is separated from production code.

use syn::Attribute;

/// Whether a file has nothing but tests.
pub(super) fn is_test_file(path: &str) -> bool {
    path.contains("tests/") || path.ends_with("/tests.rs")
}

/// Whether an item is compiled for tests only.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}
