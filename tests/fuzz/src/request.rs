//! Input from a client: a request's body, and a browser's cookies.

use llm_types::{Additions, Dialect, RequestView, Tokens};
use serde_json::Value;

const DEPLOYMENT: &str = "the-deployment";

/// A body that is read can be rewritten: the result is JSON, names the deployment once, and reads
/// as the same request.
pub(crate) fn view(bytes: &[u8]) {
    Dialect::ALL.into_iter().for_each(|dialect| view_of(dialect, bytes));
}

fn view_of(dialect: Dialect, bytes: &[u8]) {
    let Ok(view) = RequestView::parse(dialect, bytes) else { return };
    view.pieces(|_| {});
    for max_output in [None, Some(Tokens(77))] {
        let additions = Additions { max_output, ..dialect.additions(Additions::default) };
        let sent = view.rewritten(DEPLOYMENT, &additions);
        let again = RequestView::parse(dialect, &sent);
        let again = again.unwrap_or_else(|error| unreachable!("{error} in {}", shown(&sent)));
        assert_eq!(again.asked.as_deref(), Some(DEPLOYMENT), "{}", shown(&sent));
        assert_eq!(again.stream, view.stream, "{}", shown(&sent));
        assert!(!view.stream || again.include_usage, "{}", shown(&sent));
        assert_eq!(again.framing(), view.framing(), "{}", shown(&sent));
        // A bound is added where there is none, and one that is higher is lowered.
        let bound = [view.bounds().output, max_output].into_iter().flatten().min();
        assert_eq!(again.bounds().output, bound, "{}", shown(&sent));
        if is_json(bytes) {
            assert!(is_json(&sent), "{}", shown(&sent));
        }
    }
}

/// Cookies are found or refused, whatever stands beside them.
pub(crate) fn cookies(bytes: &[u8]) {
    gateway::fuzzing::session_cookie(bytes);
}

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Value>(bytes).is_ok()
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
