//! Detection of silent gateways: one that has sent no heartbeat for ten minutes, measured by this
//! gateway's own clock.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use ledger::Instance;

/// The last heartbeat of each gateway.
#[derive(Debug, Default)]
pub(super) struct SilentGateways(HashMap<String, (i64, Instant)>);

/// Sixty heartbeats: a gateway without a connection to the database is considered lost only after this.
const SILENCE: Duration = Duration::from_secs(600);

impl SilentGateways {
    /// Which of these gateways have been silent for too long.
    pub(super) fn silent(&mut self, all: Vec<Instance>, now: Instant) -> Vec<Instance> {
        // One that was deleted and comes back starts with a full period.
        self.0.retain(|id, _| all.iter().any(|instance| instance.id == *id));
        let mut silent = Vec::new();
        for instance in all {
            let Instance { id, beats } = &instance;
            let (seen, since) = self.0.entry(id.clone()).or_insert((*beats, now));
            if *seen != *beats {
                (*seen, *since) = (*beats, now);
            } else if now.saturating_duration_since(*since) >= SILENCE {
                silent.push(instance);
            }
        }
        silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_is_silent_for_ten_minutes_is_found() {
        let (mut watch, start) = (SilentGateways::default(), Instant::now());
        let mut look = |minutes: u64, beats: &[i64]| {
            let all = beats.iter().enumerate();
            let all = all.map(|(id, beats)| Instance { id: id.to_string(), beats: *beats });
            let silent = watch.silent(all.collect(), start + Duration::from_secs(minutes * 60));
            silent.into_iter().map(|instance| instance.id).collect::<Vec<_>>()
        };
        assert_eq!(look(0, &[1, 1]), [""; 0]);
        assert_eq!(look(9, &[1, 2]), [""; 0]);
        assert_eq!(look(10, &[1, 3]), ["0"]);
        // It gives a sign of life once more, and then stops.
        assert_eq!(look(11, &[2, 4]), [""; 0]);
        assert_eq!(look(20, &[2, 4]), [""; 0]);
        assert_eq!(look(21, &[2, 4]), ["0", "1"]);
        // Seen for the first time, or again after it was away.
        assert_eq!(look(22, &[]), [""; 0]);
        assert_eq!(look(40, &[2]), [""; 0]);
    }
}
