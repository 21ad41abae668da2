//! Memory of the added parameters that a deployment does not accept, learned from its refusals.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use jiff::Timestamp;
use llm_types::{
    Added, Addition, Additions, BoundName, Dialect, Refusal, RequestView, Tokens, UsageOption,
};

/// How long a refusal is remembered, in microseconds: an hour. By then the deployment may be another.
const REMEMBERED_FOR: i64 = 3_600_000_000;

/// What one deployment has refused lately, by the number of the dialect. Its size is fixed; all workers
/// share it.
#[derive(Debug, Default)]
pub struct Learned([Refused; Dialect::ALL.len()]);

/// What was refused in requests of one API.
///
/// Times are microseconds since 1970; what is not refused has one that is past.
#[derive(Debug, Default)]
struct Refused {
    usage_until: AtomicI64,
    /// By the number of the bound's name.
    bounds_until: [AtomicI64; BoundName::ALL.len()],
    /// The largest bound that it takes, and until when that is remembered.
    largest: AtomicU64,
    largest_until: AtomicI64,
    /// Until when the API itself is known not to be had.
    lacking_until: AtomicI64,
}

/// What is added to one request for one deployment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    dialect: Dialect,
    pub(crate) additions: Additions,
    added: Added,
    /// Whether refusals say something of the deployment: requests with data sources are read by
    /// another service.
    teaches: bool,
}

/// A refusal of what was added, with the request's next shape.
#[derive(Debug)]
pub(crate) struct Lesson {
    /// What the refusal names of what was added.
    refused: Vec<Addition>,
    largest: Option<u64>,
    pub(crate) next: Shape,
}

// === impl Learned ===

impl Learned {
    /// What is added to a request now, where this much is taken as far as is known.
    pub(crate) fn shape(&self, view: &RequestView<'_>, takes: Additions, now: Timestamp) -> Shape {
        let teaches = !view.has_data_sources();
        let additions = if teaches {
            self.of(view.dialect()).narrowed(view.dialect(), takes, now.as_microsecond())
        } else {
            Additions { usage: false, bound: Some(BoundName::MaxTokens), ..takes }
        };
        Shape { dialect: view.dialect(), additions, added: view.added(&additions), teaches }
    }

    /// Remembers a refusal that is confirmed by what happened without what it names.
    pub(crate) fn remember(&self, lesson: &Lesson, now: Timestamp) {
        self.of(lesson.next.dialect).remember(lesson, now);
    }

    /// Remembers that the API is not to be had.
    pub(crate) fn lack(&self, dialect: Dialect, now: Timestamp) {
        let until = now.as_microsecond().saturating_add(REMEMBERED_FOR);
        self.of(dialect).lacking_until.store(until, Relaxed);
    }

    /// Whether the API was refused lately.
    pub(crate) fn lacks(&self, dialect: Dialect, now: Timestamp) -> bool {
        self.of(dialect).lacking_until.load(Relaxed) > now.as_microsecond()
    }

    /// Whether it is known to refuse this name.
    fn refuses(&self, dialect: Dialect, name: BoundName, now: Timestamp) -> bool {
        self.of(dialect).until(name).load(Relaxed) > now.as_microsecond()
    }

    fn of(&self, dialect: Dialect) -> &Refused {
        &self.0[dialect as usize]
    }
}

// === impl Refused ===

impl Refused {
    fn narrowed(&self, dialect: Dialect, takes: Additions, now: i64) -> Additions {
        let refused = |until: &AtomicI64| until.load(Relaxed) > now;
        let is_refused = |name: BoundName| refused(self.until(name));
        // The provider's own name first, then the other one, unless both were refused lately.
        let other = takes.bound.and_then(|name| dialect.other_bound(name));
        let bound = takes.bound.into_iter().chain(other).find(|name| !is_refused(*name));
        let largest = Some(Tokens(self.largest.load(Relaxed)));
        let largest = largest.filter(|_| refused(&self.largest_until));
        Additions {
            usage: takes.usage && !refused(&self.usage_until),
            bound,
            max_output: takes.max_output.map(|max| largest.map_or(max, |most| max.min(most))),
        }
    }

    fn remember(&self, lesson: &Lesson, now: Timestamp) {
        let until = now.as_microsecond().saturating_add(REMEMBERED_FOR);
        // A bound that was too large does not mean that its name is refused.
        if let Some(largest) = lesson.largest {
            self.largest.store(largest, Relaxed);
            self.largest_until.store(until, Relaxed);
            return;
        }
        for refused in &lesson.refused {
            let slot = match *refused {
                Addition::Bound(name) => self.until(name),
                Addition::Usage => &self.usage_until,
            };
            slot.store(until, Relaxed);
        }
    }

    fn until(&self, name: BoundName) -> &AtomicI64 {
        &self.bounds_until[name as usize]
    }
}

// === impl Shape ===

impl Shape {
    /// The same request without what the refusal names of what was added; `None` where it names
    /// nothing of that: it is then for the client.
    pub(crate) fn without(
        &self,
        refusal: &Refusal,
        (view, learned, now): (&RequestView<'_>, &Learned, Timestamp),
    ) -> Option<Lesson> {
        let parameters = refusal.parameters();
        let names = |key: &str| parameters.iter().any(|named| named == key);
        let (mut next, mut refused) = (self.additions, Vec::with_capacity(2));
        if let Some(UsageOption { key, within, path, .. }) = self.dialect.usage_option() {
            let option = self.added.include_usage && (names(within) || names(path));
            if option || self.added.stream_options && names(key) {
                refused.push(Addition::Usage);
                next.usage = false;
            }
        }
        let mut largest = None;
        if let Some(name) = self.added.bound.filter(|name| names(name.key())) {
            refused.push(Addition::Bound(name));
            largest = refusal.largest_bound();
            let smaller =
                largest.map(Tokens).filter(|most| Some(*most) < self.additions.max_output);
            if smaller.is_some() {
                next.max_output = smaller;
            } else {
                // It names a bound that would not help, so it is the parameter that is refused.
                largest = None;
                let other = self.dialect.other_bound(name);
                next.bound = other.filter(|other| !learned.refuses(self.dialect, *other, now));
            }
        }
        let shape = Self { additions: next, added: view.added(&next), ..*self };
        (!refused.is_empty()).then_some(Lesson { refused, largest, next: shape })
    }

    /// Whether the answer should be bounded, and nothing bounds it.
    pub(crate) fn is_unbounded(&self, view: &RequestView<'_>) -> bool {
        let Additions { bound, max_output, .. } = self.additions;
        bound.is_none() && max_output.is_some() && view.output().is_none()
    }

    /// The bound of each answer as it is sent.
    pub(crate) fn bound(&self, view: &RequestView<'_>) -> Option<Tokens> {
        self.additions.max_output.filter(|_| !self.is_unbounded(view))
    }
}

// === impl Lesson ===

impl Lesson {
    /// Whether what happened without it shows that the deployment does not take what was named. A
    /// refusal may repeat what the client wrote: it then names the same when that was not sent.
    pub(crate) fn is_confirmed(&self, refusal: Option<&Refusal>) -> bool {
        let again = refusal.map(Refusal::parameters).unwrap_or_default();
        let option = self.next.dialect.usage_option();
        let key = |refused: &Addition| match refused {
            Addition::Usage => option.map_or("", |option| option.key),
            Addition::Bound(name) => name.key(),
        };
        let same = again.iter().any(|name| {
            let root = name.split('.').next().unwrap_or_default();
            self.refused.iter().any(|refused| key(refused) == root)
                || option.is_some_and(|option| name == option.within)
        });
        self.next.teaches && !same
    }
}
