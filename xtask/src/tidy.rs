//! `cargo xtask tidy`: the rules of the house that the compiler does not know.

pub(crate) fn run() -> anyhow::Result<()> {
    anyhow::bail!("not written yet")
}
