//! The comparison: starts everything, has it measured, and writes the tables and the raw figures.

use std::{fs, path::Path};

use crate::{
    machine,
    measure::{Bench, Upstream},
    options::Options,
    results::Results,
    say,
    start::{self, Start},
    summary,
    targets::{Running, Site, Target},
};

/// Runs everything, prints the tables and writes them with the raw figures.
///
/// # Errors
/// When a target does not work, or an answer is not whole.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let (site, upstream) = prepare(options).await?;
    let (starts, targets) = start_targets(&Target::ALL, options, &site).await?;
    let mut bench = Bench { options, upstream, targets };
    let samples = bench.samples().await?;
    let results = Results {
        machine: machine::describe(),
        command: options.command.clone(),
        starts,
        samples,
        memory: bench.memory()?,
        programs: Target::ALL.into_iter().filter_map(|target| size(target, &site)).collect(),
        cost_nanos: options.cost_nanos,
    };
    let tables = summary::markdown(&results, &options.load);
    say(format_args!("\n{tables}"));
    fs::write(site.folder.join("result.md"), tables)?;
    fs::write(site.folder.join("result.json"), serde_json::to_string_pretty(&results)?)?;
    say(format_args!("written to {}: result.md, result.json", site.folder.display()));
    Ok(())
}

/// Runs every scenario against the gateway alone: a gateway that was built to count learns by it what
/// is done often.
///
/// # Errors
/// When it does not work, or an answer is not whole.
pub(crate) async fn train(options: &Options) -> anyhow::Result<()> {
    let (site, upstream) = prepare(options).await?;
    let (_, targets) = start_targets(&[Target::Fareway], options, &site).await?;
    let mut bench = Bench { options, upstream, targets };
    bench.samples().await.map(drop)
}

/// An empty folder for the ledger, and the upstream.
async fn prepare(options: &Options) -> anyhow::Result<(Site, Upstream)> {
    prepare_in(&options.out, &options.gateway).await
}

/// The same in a folder of one's own, for another gateway.
///
/// # Errors
/// When the upstream does not start.
pub(crate) async fn prepare_in(out: &Path, gateway: &Path) -> anyhow::Result<(Site, Upstream)> {
    fs::create_dir_all(out)?;
    // The ledger of an earlier comparison would make this one slower.
    match fs::remove_dir_all(out.join("books")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let folder = out.canonicalize()?;
    let upstream = Upstream::start(&folder).await?;
    let site = Site { folder, upstream: upstream.address, gateway: gateway.to_owned() };
    Ok((site, upstream))
}

/// Starts each target several times; the last one stays.
async fn start_targets(
    all: &[Target],
    options: &Options,
    site: &Site,
) -> anyhow::Result<(Vec<Start>, Vec<Running>)> {
    let (mut starts, mut targets) = (Vec::new(), Vec::new());
    for &target in all {
        for nth in 1..=options.rounds() {
            let (running, start) = start::start(target, site).await?;
            starts.push(start);
            if nth == options.rounds() {
                targets.push(running);
            }
        }
    }
    Ok((starts, targets))
}

fn size(target: Target, site: &Site) -> Option<(Target, u64)> {
    let program = target.program(site)?;
    Some((target, fs::metadata(program).ok()?.len()))
}
