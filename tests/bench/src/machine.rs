//! The machine on which the figures were measured, and how busy other processes kept it.

use std::{fs, thread, time::Duration};

/// Processor, cores and kernel, in one line.
pub(crate) fn describe() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown CPU", |(_, name)| name);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{model}, {cores} cores, Linux {}", kernel.trim())
}

/// CPU time that all programs, and other guests of the host, have taken so far.
pub(crate) fn busy() -> Duration {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let first = stat.lines().next().unwrap_or_default();
    let ticks = first.split_ascii_whitespace().skip(1).take(8).map(|ticks| ticks.parse::<u64>());
    // user nice system idle iowait irq softirq steal
    let busy = ticks.enumerate().filter(|(nth, _)| !matches!(nth, 3 | 4));
    let ticks: u64 = busy.filter_map(|(_, ticks)| ticks.ok()).sum();
    // A tick that programs get to see is always 10 ms on Linux.
    Duration::from_millis(ticks * 10)
}
