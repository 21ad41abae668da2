//! SKUs and days: the parts of a price lookup that no answer contains.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use pricing_data::{Cloud, Day, DeploymentType, ServiceTier, Zone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The SKU of a deployment. It is part of the configuration, as no answer contains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sku {
    pub(crate) deployment: DeploymentType,
    pub(crate) zone: Option<Zone>,
    pub(crate) region: Option<String>,
    pub(crate) cloud: Cloud,
}

/// An invalid SKU of a deployment. The text says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SkuError {
    /// A type that Azure does not have.
    #[error(
        "expected a deployment_type of `global_standard`, `data_zone_standard`, \
         `regional_standard`, `global_batch` or `data_zone_batch`, found `{0}`"
    )]
    UnknownType(String),
    /// A zone that Azure does not have.
    #[error("expected a zone of `us`, `eu`, `apac` or `us_gov`, found `{0}`")]
    UnknownZone(String),
    /// A data zone deployment that could be in any zone.
    #[error("a data zone deployment needs a zone: add `zone: us`, `eu`, `apac` or `us_gov`")]
    ZoneMissing,
    /// A region that lies in another zone.
    #[error("the region `{region}` is not in the zone `{zone}`")]
    ZoneMismatch {
        /// As configured.
        region: String,
        /// As configured.
        zone: Zone,
    },
    /// A zone where there is none.
    #[error(
        "a {0} deployment has no zone: remove `zone`, or set `deployment_type: data_zone_standard`"
    )]
    ZoneUnexpected(&'static str),
    /// A regional deployment that could be in any region.
    #[error(
        "a regional deployment needs its Azure region: add for example `region: swedencentral`"
    )]
    RegionMissing,
}

/// The day written `day(2026, 11, 22)`.
#[must_use]
pub const fn day(year: u32, month: u32, day: u32) -> Day {
    Day(year * 10_000 + month * 100 + day)
}

/// The UTC day of a moment: the day that decides which price applies.
#[must_use]
pub fn day_of(at: Timestamp) -> Day {
    civil_day(at.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// A calendar date as a [`Day`]; dates before year 0 have no prices.
pub(crate) fn civil_day(date: jiff::civil::Date) -> Day {
    let part = |number: i16| u32::try_from(number).unwrap_or_default();
    day(part(date.year()), part(date.month().into()), part(date.day().into()))
}

/// The tier that an answer's `service_tier` names; `None` for one that has no price here.
#[must_use]
pub fn service_tier(name: Option<&str>) -> Option<ServiceTier> {
    match name {
        None | Some("" | "auto" | "default" | "standard") => Some(ServiceTier::Standard),
        Some("priority") => Some(ServiceTier::Priority),
        Some("flex") => Some(ServiceTier::Flex),
        Some("batch") => Some(ServiceTier::Batch),
        Some("fast") => Some(ServiceTier::Fast),
        Some(_) => None,
    }
}

// === impl Sku ===

impl Sku {
    /// Global Standard in the public cloud: what Model Router is mostly deployed as.
    #[must_use]
    pub const fn global() -> Self {
        Self {
            deployment: DeploymentType::GlobalStandard,
            zone: None,
            region: None,
            cloud: Cloud::Public,
        }
    }

    /// A deployment of another provider than Azure: published prices are Azure's, so that only the
    /// operator's own apply to it.
    #[must_use]
    pub const fn external() -> Self {
        Self {
            deployment: DeploymentType::External,
            zone: None,
            region: None,
            cloud: Cloud::Public,
        }
    }

    /// The SKU that a configuration describes. Without a type it is Global Standard.
    ///
    /// Types are read as Azure writes them too (`GlobalStandard`, `DataZoneStandard`, `Standard`).
    ///
    /// # Errors
    /// When a name is unknown, or zone and region do not go with the type.
    pub fn parse(
        deployment_type: Option<&str>,
        zone: Option<&str>,
        region: Option<&str>,
    ) -> Result<Self, SkuError> {
        let deployment = deployment_type.map_or(Ok(DeploymentType::GlobalStandard), parse_type)?;
        let zone = zone.map(parse_zone).transpose()?;
        let region = region.map(plain);
        let lies_in = region.as_deref().and_then(zone_of);
        if let (Some(zone), Some(found), Some(region)) = (zone, lies_in, &region)
            && zone != found
        {
            return Err(SkuError::ZoneMismatch { region: region.clone(), zone });
        }
        let us_gov = zone.or(lies_in) == Some(Zone::UsGov);
        let zone = match deployment {
            DeploymentType::DataZoneStandard | DeploymentType::DataZoneBatch => {
                Some(zone.or(lies_in).ok_or(SkuError::ZoneMissing)?)
            }
            DeploymentType::RegionalStandard if region.is_none() => {
                return Err(SkuError::RegionMissing);
            }
            // The government cloud is written as a zone for want of another word.
            _ if zone.is_none() || us_gov => None,
            DeploymentType::RegionalStandard => return Err(SkuError::ZoneUnexpected("regional")),
            _ => return Err(SkuError::ZoneUnexpected("global")),
        };
        let cloud = if us_gov { Cloud::UsGov } else { Cloud::Public };
        Ok(Self { deployment, zone, region, cloud })
    }

    /// How it is sold, as a configuration writes it: `global_standard`.
    #[must_use]
    pub const fn deployment_type(&self) -> &'static str {
        self.deployment.as_str()
    }

    /// The data zone, or `us_gov` for the cloud of the US government.
    #[must_use]
    pub fn zone(&self) -> Option<&'static str> {
        let gov = (self.cloud == Cloud::UsGov).then_some(Zone::UsGov);
        self.zone.or(gov).map(Zone::as_str)
    }

    /// The Azure region, in lower case and without blanks.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Whether another provider than Azure sells it.
    #[must_use]
    pub const fn is_external(&self) -> bool {
        matches!(self.deployment, DeploymentType::External)
    }

    /// Whether it is a batch SKU, whose requests are all billed at the batch tier.
    #[must_use]
    pub const fn is_batch(&self) -> bool {
        matches!(self.deployment, DeploymentType::GlobalBatch | DeploymentType::DataZoneBatch)
    }
}

impl fmt::Display for Sku {
    /// `global_standard`, `data_zone_standard us`, `regional_standard swedencentral`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.deployment.as_str())?;
        match (self.zone, self.cloud) {
            (Some(zone), _) => write!(f, " {zone}")?,
            (None, Cloud::UsGov) => write!(f, " {}", Cloud::UsGov)?,
            (None, Cloud::Public) => {}
        }
        self.region.as_ref().map_or(Ok(()), |region| write!(f, " {region}"))
    }
}

impl FromStr for Sku {
    type Err = SkuError;

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, SkuError> {
        if text == DeploymentType::External.as_str() {
            return Ok(Self::external());
        }
        let mut words = text.split(' ').peekable();
        let deployment_type = words.next();
        let zone = words.next_if(|word| parse_zone(word).is_ok());
        Self::parse(deployment_type, zone, words.next())
    }
}

impl Serialize for Sku {
    /// As it is displayed.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // Nearly every SKU, and the ledger stores it for each request.
            Self { deployment, zone: None, region: None, cloud: Cloud::Public } => {
                serializer.serialize_str(deployment.as_str())
            }
            _ => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Sku {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// Azure's own spellings (`GlobalStandard`, `Standard`) and short ones beside the table's.
fn parse_type(name: &str) -> Result<DeploymentType, SkuError> {
    match plain(name).as_str() {
        "global" => Some(DeploymentType::GlobalStandard),
        "datazone" => Some(DeploymentType::DataZoneStandard),
        "regional" | "standard" => Some(DeploymentType::RegionalStandard),
        plain => named(DeploymentType::ALL, DeploymentType::as_str, plain)
            // The provider decides that, and no configuration.
            .filter(|found| *found != DeploymentType::External),
    }
    .ok_or_else(|| SkuError::UnknownType(name.to_owned()))
}

fn parse_zone(name: &str) -> Result<Zone, SkuError> {
    named(Zone::ALL, Zone::as_str, &plain(name))
        .ok_or_else(|| SkuError::UnknownZone(name.to_owned()))
}

/// The one whose name, written plainly, is `plain`.
fn named<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, plain_name: &str) -> Option<T> {
    all.iter().copied().find(|one| plain(name(*one)) == plain_name)
}

/// A name or region in lower case without blanks, dashes and underscores.
fn plain(name: &str) -> String {
    name.replace([' ', '-', '_'], "").to_ascii_lowercase()
}

fn zone_of(region: &str) -> Option<Zone> {
    let holds = |(_, regions): &&(Zone, &[&str])| regions.contains(&region);
    pricing_data::ZONES.iter().find(holds).map(|(zone, _)| *zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parts: [Option<&str>; 3], expect: &str) {
        let [deployment_type, zone, region] = parts;
        let text = match Sku::parse(deployment_type, zone, region) {
            Ok(sku) => {
                assert_eq!(sku.to_string().parse(), Ok(sku.clone()), "read back");
                assert_eq!(serde_json::to_value(&sku).unwrap(), sku.to_string(), "as displayed");
                sku.to_string()
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expect);
    }

    #[test]
    fn a_configuration_becomes_a_sku() {
        check([None, None, None], "global_standard");
        check([Some("GlobalStandard"), None, Some("East US 2")], "global_standard eastus2");
        check([Some("DataZoneStandard"), Some("EU"), None], "data_zone_standard eu");
        check(
            [Some("data_zone"), None, Some("swedencentral")],
            "data_zone_standard eu swedencentral",
        );
        check([Some("Standard"), None, Some("swedencentral")], "regional_standard swedencentral");
        check([None, Some("us_gov"), None], "global_standard us_gov");
        check([None, None, Some("usgovvirginia")], "global_standard us_gov usgovvirginia");
    }

    /// It is stored and read back, and no configuration asks for it.
    #[test]
    fn another_provider_sells_in_its_own_way() {
        let external = Sku::external();
        assert_eq!(external.to_string(), "external");
        assert_eq!(serde_json::to_value(&external).unwrap(), "external");
        assert_eq!("external".parse(), Ok(external));
        assert!(matches!(Sku::parse(Some("external"), None, None), Err(SkuError::UnknownType(_))));
    }

    #[test]
    fn parts_that_do_not_fit_say_what_to_write() {
        check(
            [Some("datazone"), None, None],
            "a data zone deployment needs a zone: add `zone: us`, `eu`, `apac` or `us_gov`",
        );
        check(
            [Some("datazone"), Some("us"), Some("swedencentral")],
            "the region `swedencentral` is not in the zone `us`",
        );
        check(
            [None, Some("us"), None],
            "a global deployment has no zone: remove `zone`, or set `deployment_type: data_zone_standard`",
        );
        check(
            [Some("regional"), None, None],
            "a regional deployment needs its Azure region: add for example `region: swedencentral`",
        );
        check(
            [Some("ptu"), None, None],
            "expected a deployment_type of `global_standard`, `data_zone_standard`, `regional_standard`, `global_batch` or `data_zone_batch`, found `ptu`",
        );
        check(
            [None, Some("mars"), None],
            "expected a zone of `us`, `eu`, `apac` or `us_gov`, found `mars`",
        );
    }

    #[test]
    fn days_are_utc() {
        let late = "2025-10-31T23:59:59-05:00".parse::<Timestamp>().unwrap();
        assert_eq!(day_of(late), day(2025, 11, 1));
    }
}
