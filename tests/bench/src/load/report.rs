//! The report of a load generator.

use std::time::Duration;

use hdrhistogram::Histogram;
use nix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// The result of one run, as it goes from the load generator to the comparison.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Report {
    /// Requests sent.
    pub(crate) sent: u64,
    /// Answers that were whole, and said their cost where they should.
    pub(crate) complete: u64,
    /// Requests that were due and never sent; they count with the time they waited.
    pub(crate) unsent: u64,
    /// The error in the first answer that was not complete.
    pub(crate) failure: Option<String>,
    /// How long it ran, last answer included.
    pub(crate) seconds: f64,
    /// CPU time of the load generator itself.
    pub(crate) cpu_seconds: f64,
    /// Time to the first piece of the answer's text.
    pub(crate) first: Quantiles,
    /// Time to the last byte.
    pub(crate) whole: Quantiles,
}

/// Latencies in nanoseconds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Quantiles {
    pub(crate) p50: u64,
    pub(crate) p99: u64,
    pub(crate) max: u64,
}

/// The measurements of one connection so far.
pub(super) struct Tally {
    pub(super) sent: u64,
    complete: u64,
    unsent: u64,
    failure: Option<String>,
    first: Histogram<u64>,
    whole: Histogram<u64>,
}

// === impl Tally ===

impl Tally {
    /// Nothing yet.
    ///
    /// # Errors
    /// Never with these bounds.
    pub(super) fn new() -> anyhow::Result<Self> {
        let histogram = || Histogram::new_with_bounds(1_000, 60_000_000_000, 3);
        let (first, whole) = (histogram()?, histogram()?);
        Ok(Self { sent: 0, complete: 0, unsent: 0, failure: None, first, whole })
    }

    /// A whole answer.
    pub(super) fn complete(&mut self, first: Duration, whole: Duration) {
        self.complete += 1;
        self.first.saturating_record(nanos(first));
        self.whole.saturating_record(nanos(whole));
    }

    /// A request that was due and never sent.
    pub(super) fn unsent(&mut self, waited: Duration) {
        self.unsent += 1;
        // With the time that they waited, so that an overloaded target does not look quick.
        self.first.saturating_record(nanos(waited));
        self.whole.saturating_record(nanos(waited));
    }

    /// An answer that was incomplete. Only the first one's reason is kept.
    pub(super) fn failed(&mut self, why: anyhow::Error) {
        self.failure.get_or_insert_with(|| format!("{why:#}"));
    }

    /// Takes over what another connection measured.
    ///
    /// # Errors
    /// Never, all histograms have the same bounds.
    pub(super) fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.sent += other.sent;
        self.complete += other.complete;
        self.unsent += other.unsent;
        self.failure = self.failure.take().or_else(|| other.failure.clone());
        self.first.add(&other.first)?;
        self.whole.add(&other.whole)?;
        Ok(())
    }

    /// Sums up a run.
    ///
    /// # Errors
    /// When the process has no CPU clock.
    pub(super) fn report(self, took: Duration) -> anyhow::Result<Report> {
        let cpu = Duration::from(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?);
        Ok(Report {
            sent: self.sent,
            complete: self.complete,
            unsent: self.unsent,
            failure: self.failure,
            seconds: took.as_secs_f64(),
            cpu_seconds: cpu.as_secs_f64(),
            first: quantiles(&self.first),
            whole: quantiles(&self.whole),
        })
    }
}

fn quantiles(histogram: &Histogram<u64>) -> Quantiles {
    Quantiles {
        p50: histogram.value_at_quantile(0.5),
        p99: histogram.value_at_quantile(0.99),
        max: histogram.max(),
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_was_never_sent_counts_with_its_wait() {
        let (mut sum, mut one) = (Tally::new().unwrap(), Tally::new().unwrap());
        for _ in 0..98 {
            one.complete(Duration::from_millis(1), Duration::from_millis(2));
        }
        one.unsent(Duration::from_secs(3));
        one.unsent(Duration::from_secs(3));
        sum.add(&one).unwrap();
        let report = sum.report(Duration::from_secs(1)).unwrap();
        assert_eq!((report.complete, report.unsent), (98, 2));
        let near = |nanos: u64, millis: u64| nanos.abs_diff(millis * 1_000_000) < nanos / 500;
        assert!(near(report.first.p50, 1), "{report:?}");
        assert!(near(report.whole.p50, 2), "{report:?}");
        assert!(near(report.whole.p99, 3_000), "{report:?}");
    }
}
