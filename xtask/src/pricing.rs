//! `cargo xtask pricing`: price sources in, the pricing-data crate out.

pub(crate) fn run(_check: bool) -> anyhow::Result<()> {
    anyhow::bail!("not written yet")
}
