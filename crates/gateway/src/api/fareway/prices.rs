//! `GET /fareway/v1/prices`: the prices that apply today, each with its source.

use axum::{Json, extract::State};
use cost_model::{Day, DeploymentType, Model, Price, Rates, RoutingFee, ServiceTier, Zone, day_of};
use jiff::civil::Date;
use llm_types::Usd;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::params::{Params, given, wrong},
    app::Worker,
    auth::Admin,
    http::ApiError,
    openapi::{self, BadRequest, NoAccess, UsdText},
};

/// Which prices. All that is given must fit.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PriceParams {
    /// Part of a model's or vendor's name.
    search: Option<String>,
    /// `global_standard`, `data_zone_standard`, `regional_standard`, `global_batch` or
    /// `data_zone_batch`.
    deployment_type: Option<String>,
    /// `us`, `eu`, `apac` or `us_gov`.
    zone: Option<String>,
    /// An Azure region whose prices to list.
    region: Option<String>,
    /// `standard`, `priority`, `flex` or `batch`.
    service_tier: Option<String>,
}

/// The prices in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceList)]
pub(crate) struct List {
    /// The day for which these prices apply, in UTC.
    day: Option<Date>,
    prices: Vec<PriceShown>,
    /// The routing fees; the first that matches a SKU applies.
    routing_fees: Vec<FeeShown>,
}

/// One price: of a model, for a SKU and a service tier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceInForce)]
struct PriceShown {
    price_id: String,
    model: String,
    vendor: String,
    /// The day of the model's retirement; null if unknown.
    retired_on: Option<Date>,
    /// Whether that day has come.
    retired: bool,
    /// Whether a router's pool contains or contained the model, as far as documented.
    in_router_pool: bool,
    /// Whether the operator set it.
    own: bool,
    #[schema(value_type = openapi::DeploymentType)]
    deployment_type: &'static str,
    #[schema(value_type = Option<openapi::Zone>)]
    zone: Option<&'static str>,
    /// Empty: all of them.
    regions: Vec<String>,
    service_tier: &'static str,
    /// The first day; null if unknown.
    from: Option<Date>,
    /// The first day on which it no longer applies; null if there is none.
    until: Option<Date>,
    /// The day on which the price must be reviewed.
    review_by: Option<Date>,
    /// That day, once it has come: the price still applies, but may be out of date.
    price_review_due: Option<Date>,
    /// `low`, `medium` or `high`.
    confidence: String,
    /// Where the figures come from, in short.
    source: String,
    /// The longest prompt that it is published for.
    max_prompt_tokens: Option<u32>,
    /// Rates by prompt length.
    tiers: Vec<TierShown>,
}

/// Dollars per million tokens if the prompt is longer than a bound. Null: there is no such meter,
/// and such tokens are billed as input.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceTier)]
struct TierShown {
    prompt_tokens_over: u32,
    #[schema(value_type = UsdText)]
    input: Usd,
    #[schema(value_type = Option<UsdText>)]
    cached_input: Option<Usd>,
    #[schema(value_type = Option<UsdText>)]
    cache_write: Option<Usd>,
    #[schema(value_type = Option<UsdText>)]
    cache_write_1h: Option<Usd>,
    #[schema(value_type = Option<UsdText>)]
    output: Option<Usd>,
    #[schema(value_type = Option<UsdText>)]
    audio_input: Option<Usd>,
    #[schema(value_type = Option<UsdText>)]
    audio_output: Option<Usd>,
}

/// A routing fee.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoutingFeeInForce)]
struct FeeShown {
    fee_id: String,
    /// Null: all of them.
    #[schema(value_type = Option<openapi::DeploymentType>)]
    deployment_type: Option<&'static str>,
    from: Option<Date>,
    until: Option<Date>,
    /// Dollars per million prompt tokens, cached ones included.
    #[schema(value_type = UsdText)]
    per_million_prompt_tokens: Usd,
    confidence: String,
    source: String,
}

/// The prices in force today, including the operator's own.
#[utoipa::path(get, path = "/fareway/v1/prices", tag = "costs", params(PriceParams),
    responses((status = 200, body = List), BadRequest, NoAccess))]
pub(crate) async fn list(
    State(worker): State<Worker>,
    _: Admin,
    Params(params): Params<PriceParams>,
) -> Result<Json<List>, ApiError> {
    let wanted = params.wanted()?;
    let (today, book) = (day_of(worker.app.now()), worker.app.prices());
    let fits = |(model, price, _): &(&Model, &Price, bool)| wanted.fits(model, price);
    let mut prices: Vec<PriceShown> =
        book.in_force(today).filter(fits).map(|price| PriceShown::new(price, today)).collect();
    // The operator's own first, as they are the ones that apply.
    prices.sort_by(|one, other| (&one.model, !one.own).cmp(&(&other.model, !other.own)));
    let routing_fees = book.fees_in_force(today).map(FeeShown::new).collect();
    Ok(Json(List { day: date(today), prices, routing_fees }))
}

/// What is looked for.
struct Wanted {
    search: Option<String>,
    deployment: Option<DeploymentType>,
    zone: Option<Zone>,
    region: Option<String>,
    tier: Option<ServiceTier>,
}

// === impl PriceParams ===

impl PriceParams {
    fn wanted(&self) -> Result<Wanted, ApiError> {
        fn named<T: std::str::FromStr<Err: ToString>>(
            name: &str,
            field: &Option<String>,
        ) -> Result<Option<T>, ApiError> {
            let parse =
                |text: &str| text.parse().map_err(|_| wrong(name, "one of its names", text));
            given(field).map(parse).transpose()
        }
        let lower = |field: &Option<String>| given(field).map(str::to_lowercase);
        Ok(Wanted {
            search: lower(&self.search),
            deployment: named("deployment_type", &self.deployment_type)?,
            zone: named("zone", &self.zone)?,
            region: lower(&self.region).map(|region| region.replace(' ', "")),
            tier: named("service_tier", &self.service_tier)?,
        })
    }
}

// === impl Wanted ===

impl Wanted {
    fn fits(&self, model: &Model, price: &Price) -> bool {
        let gov = price.cloud.as_str() == Zone::UsGov.as_str();
        // The government's regional prices have no zone of their own, and are looked for under its
        // zone.
        let zone = price.zone.or(gov.then_some(Zone::UsGov));
        let holds_in = |region: &String| {
            price.regions.is_empty() || price.regions.iter().any(|known| *known == **region)
        };
        self.search.as_ref().is_none_or(|search| is_named(model, search))
            && self.deployment.is_none_or(|deployment| deployment == price.deployment)
            && self.zone.is_none_or(|wanted| zone == Some(wanted))
            && self.region.as_ref().is_none_or(holds_in)
            && self.tier.is_none_or(|tier| tier == price.service_tier)
    }
}

fn is_named(model: &Model, search: &str) -> bool {
    let others = model.snapshots.iter().chain(model.aliases.iter());
    let mut names = [&model.id, &model.vendor].into_iter().chain(others);
    names.any(|name| name.to_lowercase().contains(search))
}

/// A day of the price table; none where it is not known.
pub(crate) fn date(day: Day) -> Option<Date> {
    day.to_string().parse().ok()
}

/// Microdollars.
fn usd(micros: u64) -> Usd {
    Usd::from_picos(i128::from(micros) * 1_000_000)
}

// === impl PriceShown ===

impl PriceShown {
    fn new((model, price, own): (&Model, &Price, bool), today: Day) -> Self {
        let gov = price.cloud.as_str() == Zone::UsGov.as_str();
        Self {
            price_id: price.id.to_string(),
            model: model.id.to_string(),
            vendor: model.vendor.to_string(),
            retired_on: model.retired_on.and_then(date),
            retired: model.retired_on.is_some_and(|day| day <= today),
            in_router_pool: !model.router_versions.is_empty(),
            own,
            deployment_type: price.deployment.as_str(),
            zone: price.zone.or(gov.then_some(Zone::UsGov)).map(Zone::as_str),
            regions: price.regions.iter().map(ToString::to_string).collect(),
            service_tier: price.service_tier.as_str(),
            from: date(price.from),
            until: price.until.and_then(date),
            review_by: price.review_by.and_then(date),
            price_review_due: price.review_due(today).and_then(date),
            confidence: price.confidence.to_string(),
            source: price.source.to_string(),
            max_prompt_tokens: price.max_prompt_tokens,
            tiers: price
                .tiers
                .iter()
                .map(|tier| TierShown::new(tier.prompt_tokens_over, &tier.rates))
                .collect(),
        }
    }
}

// === impl TierShown ===

impl TierShown {
    fn new(prompt_tokens_over: u32, rates: &Rates) -> Self {
        Self {
            prompt_tokens_over,
            input: usd(rates.input),
            cached_input: rates.cached_input.map(usd),
            cache_write: rates.cache_write.map(usd),
            cache_write_1h: rates.cache_write_1h.map(usd),
            output: rates.output.map(usd),
            audio_input: rates.audio_input.map(usd),
            audio_output: rates.audio_output.map(usd),
        }
    }
}

// === impl FeeShown ===

impl FeeShown {
    fn new(fee: &RoutingFee) -> Self {
        Self {
            fee_id: fee.id.to_string(),
            deployment_type: fee.deployment.map(DeploymentType::as_str),
            from: date(fee.from),
            until: fee.until.and_then(date),
            per_million_prompt_tokens: usd(fee.per_million_prompt_tokens),
            confidence: fee.confidence.to_string(),
            source: fee.source.to_string(),
        }
    }
}
