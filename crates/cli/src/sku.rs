//! How a deployment is sold, as arguments.

use cost_model::Sku;

use crate::failure::Failure;

/// What no answer tells, and every price depends on.
#[derive(clap::Args)]
#[command(next_help_heading = "How the deployment is sold")]
pub(crate) struct SkuArguments {
    /// `global_standard` (the default), `data_zone_standard`, `regional_standard`, `global_batch`
    /// or `data_zone_batch`
    #[arg(long, value_name = "TYPE")]
    deployment_type: Option<String>,
    /// Data zone: `us`, `eu`, `apac` or `us_gov`
    #[arg(long)]
    zone: Option<String>,
    /// Azure region, such as `swedencentral`
    #[arg(long)]
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
}
