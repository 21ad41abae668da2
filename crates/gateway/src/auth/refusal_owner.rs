//! Owner of a refused request: the known key that its refusal is counted under.

use http::{HeaderMap, HeaderValue, header};
use ledger::KeyHash;

use super::{AS_KEY, Auth, Caller, presented_keys};
use crate::accounting::{OPERATOR, SESSION, UNKNOWN};

/// The presented keys of a request, in case it is refused.
#[derive(Debug)]
pub(crate) struct ShownKeys {
    keys: [Option<HeaderValue>; 4],
    as_key: Option<HeaderValue>,
    has_cookie: bool,
}

/// The caller of a request, in case it is refused.
#[derive(Debug)]
pub(crate) struct Asking {
    caller: Caller,
    as_key: Option<HeaderValue>,
}

// === impl ShownKeys ===

impl ShownKeys {
    /// The keys in a request's headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            keys: presented_keys::values(headers),
            as_key: headers.get(AS_KEY).cloned(),
            has_cookie: headers.contains_key(header::COOKIE),
        }
    }

    /// The owner of the refusal: the first presented key that is known here.
    pub(crate) fn whose(&self, auth: &Auth) -> String {
        // Without a master key, anyone on this machine is the operator.
        let Some(master) = &auth.master_key else { return OPERATOR.to_owned() };
        let mut any = false;
        for shown in self.keys.iter().flatten().filter_map(presented_keys::key_of) {
            any = true;
            if presented_keys::is(master, shown) {
                return acted(auth, self.as_key.as_ref()).unwrap_or_else(|| OPERATOR.to_owned());
            }
            // Expired and blocked keys too: their refusals are what their owner looks for.
            if let Some(known) = auth.books.keys().find(&KeyHash::of(shown)) {
                // Another key cannot act for anybody: the refusal is its own.
                let acted = known.key.admin.then(|| acted(auth, self.as_key.as_ref())).flatten();
                return acted.unwrap_or_else(|| known.key.id.clone());
            }
        }
        if !any && self.has_cookie { SESSION.to_owned() } else { UNKNOWN.to_owned() }
    }
}

// === impl Asking ===

impl Asking {
    pub(crate) fn new(caller: &Caller, headers: &HeaderMap) -> Self {
        Self { caller: caller.clone(), as_key: headers.get(AS_KEY).cloned() }
    }

    /// The owner of the refusal.
    pub(crate) fn whose(&self, auth: &Auth) -> String {
        let acted = || acted(auth, self.as_key.as_ref()).filter(|_| self.caller.is_admin());
        acted().unwrap_or_else(|| match &self.caller {
            Caller::Operator => OPERATOR.to_owned(),
            Caller::Key(known) => known.key.id.clone(),
        })
    }
}

/// The key on whose behalf an admin sends the request.
fn acted(auth: &Auth, as_key: Option<&HeaderValue>) -> Option<String> {
    let hash = KeyHash::parse(as_key?.to_str().ok()?)?;
    auth.books.keys().find(&hash).map(|known| known.key.id.clone())
}
