//! From samples to tables: medians over the rounds, of figures and of ratios within a round.

use std::fmt::Write as _;

use crate::{
    answers,
    load::{Quantiles, Report},
    results::{Results, Sample},
    scenario::{Load, Scenario},
    table::Table,
    targets::Target,
};

/// One sample as a line, for those who wait.
pub(crate) fn progress(sample: &Sample) -> String {
    let Sample { round, scenario, target, report, .. } = sample;
    let rate = scenario.rate.map_or("max".to_owned(), |rate| format!("{rate}/s"));
    let kind = if scenario.streams() { "stream" } else { "json" };
    format!(
        "round {round}  {kind:<6} {rate:<6} {:<19} {:>7.0} rps  p50 {:>6} ms  CPU {:>5} µs  others {:>3.0} %",
        target.name(),
        report.complete as f64 / report.seconds,
        millis(Some(report.whole.p50 as f64 / 1e6)),
        micros(sample.cpu_micros),
        sample.others * 100.0,
    )
}

/// All tables, with the machine and the command.
pub(crate) fn markdown(results: &Results, load: &Load) -> String {
    let [json, json_rate, stream, stream_rate] = Scenario::all(load);
    let json = requests(results, "request", json, json_rate);
    let stream = requests(results, "stream", stream, stream_rate);
    let process = processes(results);
    let rounds = results.samples.iter().map(|sample| sample.round).max().unwrap_or(0);
    let (machine, command) = (&results.machine, &results.command);
    let mut text = format!(
        "`{command}` on {machine}; medians of {rounds} rounds. CPU and ÷ nginx are at full load ({} \
         connections). Latency is what a target adds to direct in the same round (in brackets: \
         direct's own), counted from when each request was due.\n\n",
        load.connections,
    );
    let _ = writeln!(text, "Whole answers of 600 bytes:\n\n{json}");
    let _ = writeln!(
        text,
        "Streams of {} chunks (at the fixed rate {} ms apart):\n\n{stream}",
        answers::CHUNKS,
        load.pause as f64 / 1e3
    );
    let _ = writeln!(text, "Processes:\n\n{process}");
    if let Some(nanos) = results.cost_nanos {
        let _ = writeln!(text, "One cost computation: {nanos} ns (the slowest kind of name).\n");
    }
    text + &checks(results)
}

/// CPU, throughput and added latency for one kind of answer.
fn requests(results: &Results, unit: &str, full: Scenario, fixed: Scenario) -> Table {
    let rate = fixed.rate.unwrap_or_default();
    let mut head = vec![
        "target".to_owned(),
        format!("CPU-µs/{unit}"),
        "÷ nginx".to_owned(),
        "store, CPU-µs".to_owned(),
        "without it ÷ nginx".to_owned(),
        format!("max {unit}s/s"),
    ];
    let parts: &[(&str, Part)] = if fixed.streams() {
        &[("first text ", |report| report.first), ("whole ", |report| report.whole)]
    } else {
        &[("", |report| report.whole)]
    };
    for (name, _) in parts {
        head.push(format!("{name}p50 @{rate}/s, +ms"));
        head.push(format!("{name}p99, +ms"));
    }
    head.push(format!("CPU-µs @{rate}/s"));
    let row = |target: Target| {
        let mut row = vec![
            target.name().to_owned(),
            micros(median(each(results, full, target, |sample| sample.cpu_micros))),
            ratio(median(against(results, full, target, Target::Nginx, cpu_ratio))),
            micros(median(each(results, full, target, |sample| sample.store_micros))),
            ratio(median(against(results, full, target, Target::Nginx, ratio_without_store))),
            micros(median(each(results, full, target, |sample| Some(throughput(sample))))),
        ];
        for (_, part) in parts {
            for quantile in [|of: Quantiles| of.p50, |of: Quantiles| of.p99] {
                let of = |sample: &Sample| quantile(part(&sample.report)) as f64 / 1e6;
                let added = |sample: &Sample, direct: &Sample| Some(of(sample) - of(direct));
                row.push(if target == Target::Direct {
                    format!("({})", millis(median(each(results, fixed, target, |s| Some(of(s))))))
                } else {
                    millis(median(against(results, fixed, target, Target::Direct, added)))
                });
            }
        }
        row.push(micros(median(each(results, fixed, target, |sample| sample.cpu_micros))));
        row
    };
    Table { head, rows: Target::ALL.map(row).to_vec() }
}

type Part = fn(&Report) -> Quantiles;

/// Size, start and memory.
fn processes(results: &Results) -> Table {
    let head =
        ["target", "binary, MB", "start to first answer, ms", "idle RSS, MB", "after load, MB"];
    let row = |target: Target| {
        let starts = || results.starts.iter().filter(|start| start.target == target);
        let known = |list: &[(Target, u64)]| {
            let found = list.iter().find(|(of, _)| *of == target);
            megabytes(found.map(|(_, bytes)| *bytes as f64))
        };
        vec![
            target.name().to_owned(),
            known(&results.programs),
            micros(median(starts().map(|start| start.first_answer.as_secs_f64() * 1e3))),
            megabytes(median(starts().map(|start| start.idle_memory as f64))),
            known(&results.memory),
        ]
    };
    Table {
        head: head.map(str::to_owned).to_vec(),
        rows: [Target::Nginx, Target::Fareway].map(row).to_vec(),
    }
}

/// The checks that the figures can be trusted.
fn checks(results: &Results) -> String {
    let sum = |of: fn(&Sample) -> u64| results.samples.iter().map(of).sum::<u64>();
    let sent = sum(|sample| sample.report.sent);
    let upstream = sum(|sample| sample.upstream_requests);
    let others = median(results.samples.iter().map(|sample| sample.others)).unwrap_or(0.0);
    format!(
        "{sent} requests sent, {} answers whole, {} due but never sent; upstream requests ÷ sent = \
         {:.3}. Other programs took {:.0} % of the machine (median).\n",
        sum(|sample| sample.report.complete),
        sum(|sample| sample.report.unsent),
        upstream as f64 / sent.max(1) as f64,
        others * 100.0,
    )
}

// === figures ===

fn throughput(sample: &Sample) -> f64 {
    sample.report.complete as f64 / sample.report.seconds
}

fn cpu_ratio(sample: &Sample, other: &Sample) -> Option<f64> {
    Some(sample.cpu_micros? / other.cpu_micros?)
}

/// The work of a request until its answer has left, its records in the spool included.
fn ratio_without_store(sample: &Sample, other: &Sample) -> Option<f64> {
    Some((sample.cpu_micros? - sample.store_micros?) / other.cpu_micros?)
}

/// A figure of a target in each round.
fn each(
    results: &Results,
    scenario: Scenario,
    target: Target,
    figure: impl Fn(&Sample) -> Option<f64>,
) -> Vec<f64> {
    let samples = results.samples.iter();
    let samples = samples.filter(|sample| sample.scenario == scenario && sample.target == target);
    samples.filter_map(figure).collect()
}

/// A figure of a target against the same of another one in the same round.
fn against(
    results: &Results,
    scenario: Scenario,
    target: Target,
    other: Target,
    figure: impl Fn(&Sample, &Sample) -> Option<f64>,
) -> Vec<f64> {
    each(results, scenario, target, |sample| {
        let partner = results.samples.iter().find(|partner| {
            partner.scenario == scenario && partner.target == other && partner.round == sample.round
        });
        figure(sample, partner?)
    })
}

fn median(figures: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    let upper = *figures.get(middle)?;
    if figures.len() % 2 == 1 {
        return Some(upper);
    }
    figures.get(middle - 1).map(|lower| f64::midpoint(*lower, upper))
}

// === cells ===

fn cell(figure: Option<f64>, decimals: usize) -> String {
    figure.map_or("–".to_owned(), |figure| format!("{figure:.decimals$}"))
}

fn micros(figure: Option<f64>) -> String {
    cell(figure, 0)
}

fn millis(figure: Option<f64>) -> String {
    cell(figure, 2)
}

fn ratio(figure: Option<f64>) -> String {
    cell(figure, 2)
}

fn megabytes(bytes: Option<f64>) -> String {
    cell(bytes.map(|bytes| bytes / 1e6), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_ignores_outliers() {
        assert_eq!(median([3.0, 1.0, 900.0]), Some(3.0));
        assert_eq!(median([1.0, 2.0, 4.0, 900.0]), Some(3.0));
        assert_eq!(median([]), None);
    }
}
