//! Rules of limits, as counted in this process; those of Redis are in `tests/features`.

use proptest::prelude::*;

use super::*;

fn limited(id: &str, limits: Limits) -> (Limits, Arc<Counter>) {
    (limits, Counters::default().of(id))
}

/// What this process alone counts.
fn take(all: &Limited, now: i64) -> Result<Places, OverLimit> {
    futures_util::FutureExt::now_or_never(Places::take(all, None, now)).unwrap()
}

#[test]
fn each_limit_is_kept_and_says_how_long_to_wait() {
    let all = [limited("key:k", Limits { rpm: Some(2), ..Limits::default() })];
    let now = 30_000_000;
    let places = [take(&all, now).unwrap(), take(&all, now).unwrap()];
    let over = take(&all, now).unwrap_err();
    assert_eq!((over.what, over.limit, over.wait), (What::Requests, 2, Some(30)));
    drop(places);
    assert!(take(&all, now).is_err());
    assert!(take(&all, now - MINUTE).is_err());
    assert!(take(&all, now + MINUTE).is_ok());
}

#[test]
fn tokens_count_once_they_are_known() {
    let all = [limited("key:k", Limits { tpm: Some(100), ..Limits::default() })];
    take(&all, 0).unwrap().spend(99, None, 0);
    take(&all, 0).unwrap().spend(99, None, 0);
    assert_eq!(take(&all, 0).unwrap_err().what, What::Tokens);
}

#[test]
fn a_request_that_ends_makes_room() {
    let all = [limited("team:t", Limits { parallel: Some(1), ..Limits::default() })];
    let place = take(&all, 0).unwrap();
    assert_eq!(take(&all, 0).unwrap_err().wait, None);
    drop(place);
    assert!(take(&all, 0).is_ok());
}

#[test]
fn the_remainder_is_that_of_the_narrowest_limit() {
    let all = [
        limited("key:k", Limits { rpm: Some(9), tpm: Some(50), ..Limits::default() }),
        limited("team:t", Limits { rpm: Some(5), ..Limits::default() }),
    ];
    let first = take(&all, 15_000_000).unwrap();
    first.spend(20, None, 15_000_000);
    let room = take(&all, 15_000_000).unwrap().room;
    assert_eq!(room.requests, Some(Left { limit: 5, left: 3 }));
    assert_eq!(room.tokens, Some(Left { limit: 50, left: 30 }));
    assert_eq!(room.resets_in, 45);
}

proptest! {
    /// However requests come, those that were refused count in no limit: each counter has as many
    /// requests as were let in.
    #[test]
    fn a_refused_request_counts_in_no_limit(
        limits in prop::collection::vec((0..6_u64, 0..6_u64), 1..4),
        leaves in prop::collection::vec(any::<bool>(), 1..20),
    ) {
        let all: Vec<_> = limits.iter().enumerate().map(|(nth, (rpm, parallel))| {
            let limits = Limits { rpm: Some(*rpm), parallel: Some(*parallel), ..Limits::default() };
            limited(&format!("key:{nth}"), limits)
        }).collect();
        let mut under_way = Vec::new();
        let mut let_in = 0;
        for leaves in leaves {
            if let Ok(place) = take(&all, 0) {
                let_in += 1;
                under_way.push(place);
            }
            if leaves {
                under_way.pop();
            }
        }
        let most = limits.iter().map(|(rpm, _)| *rpm).min().unwrap();
        prop_assert!(let_in <= most);
        under_way.clear();
        let open = Limits::default();
        for (_, counter) in &all {
            prop_assert_eq!(counter.take(&open, 0).unwrap().0, let_in + 1);
            let one = Limits { parallel: Some(1), ..open };
            prop_assert!(counter.enter(&one).is_ok());
        }
    }
}
