//! The SKU of a deployment, as arguments.

use cost_model::Sku;

use crate::output::command_error::Failure;

const HEADING: &str = "How the deployment is sold";

/// The parts of a price lookup that no answer contains.
#[derive(clap::Args)]
pub(crate) struct SkuArguments {
    /// `global_standard` (the default), `data_zone_standard`, `regional_standard`, `global_batch`
    /// or `data_zone_batch`
    #[arg(long, value_name = "TYPE", help_heading = HEADING)]
    deployment_type: Option<String>,
    /// Data zone: `us`, `eu`, `apac` or `us_gov`
    #[arg(long, help_heading = HEADING)]
    zone: Option<String>,
    /// Azure region, such as `swedencentral`
    #[arg(long, help_heading = HEADING)]
    region: Option<String>,
}

// === impl SkuArguments ===

impl SkuArguments {
    /// The SKU that they describe.
    pub(crate) fn sku(&self) -> Result<Sku, Failure> {
        let parts = [&self.deployment_type, &self.zone, &self.region];
        let [deployment_type, zone, region] = parts.map(Option::as_deref);
        Sku::parse(deployment_type, zone, region).map_err(|error| {
            Failure::usage(error).advise("Set it with --deployment-type, --zone and --region.")
        })
    }

    /// As it was written, by the names that a configuration has for it.
    pub(crate) fn written(&self) -> [(&'static str, Option<&str>); 3] {
        [
            ("deployment_type", self.deployment_type.as_deref()),
            ("zone", self.zone.as_deref()),
            ("region", self.region.as_deref()),
        ]
    }
}
