//! OpenAPI shapes of enumerations, sums and other small values that many answers contain.
#![expect(dead_code, reason = "only the shapes are used")]

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, OneOfBuilder, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};

/// Any JSON.
pub(crate) struct Written;

/// The outcome of a request, or `open`.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum OutcomeKind {
    Open,
    Completed,
    Refused,
    Failed,
    ClientGone,
    Interrupted,
}

/// How sure a cost is: `exact` (reported usage at published prices), `inferred` (the price is
/// inherited from the undated model, or a billing rule was applied that is known from evidence only),
/// `estimated` (the usage was counted here, or it has hidden tokens without a billing rule), `partial` (only the
/// routing fee or the model is priced), `unpriced` (neither is, which is never the same as free),
/// `open` (in flight), `interrupted` (the gateway ended first).
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum CostStatus {
    Exact,
    Inferred,
    Estimated,
    Partial,
    Unpriced,
    Open,
    Interrupted,
}

/// Where token counts come from.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum UsageSource {
    Reported,
    Estimated,
    Missing,
}

/// How a deployment is sold.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum DeploymentType {
    GlobalStandard,
    DataZoneStandard,
    RegionalStandard,
    GlobalBatch,
    DataZoneBatch,
    External,
}

/// A data zone, or the cloud of the US government.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Zone {
    Us,
    Eu,
    Apac,
    UsGov,
}

/// What a row of a report is of: a field for each of `by`, null where requests have none.
#[derive(ToSchema)]
pub(crate) struct SpentBy {
    #[schema(default = json!(null))]
    served: Option<String>,
    #[schema(default = json!(null))]
    asked: Option<String>,
    #[schema(default = json!(null))]
    deployment: Option<String>,
    #[schema(default = json!(null))]
    key: Option<String>,
    #[schema(default = json!(null))]
    key_alias: Option<String>,
    #[schema(default = json!(null))]
    team: Option<String>,
    #[schema(default = json!(null))]
    user: Option<String>,
    #[schema(default = json!(null))]
    tag: Option<String>,
    #[schema(default = json!(null))]
    day: Option<jiff::civil::Date>,
    #[schema(default = json!(null))]
    hour: Option<jiff::Timestamp>,
    #[schema(default = json!(null))]
    outcome: Option<OutcomeKind>,
    #[schema(default = json!(null))]
    cost_status: Option<CostStatus>,
}

/// Of an estimate: one cost, one whose price is inherited, a range, or none.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum EstimateStatus {
    Exact,
    Inferred,
    Range,
    Unpriced,
}

/// The outcome of a request, with LiteLLM's names.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum LogStatus {
    Success,
    Failure,
    InProgress,
}

/// Whether a deployment answered.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum TestStatus {
    Success,
    Error,
}

/// `strict`: the budget is never exceeded. `soft`: requests are refused once it is spent, as in
/// LiteLLM.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum BudgetMode {
    Strict,
    Soft,
}

/// Dollars, exactly: a decimal string with up to twelve decimals.
pub(crate) struct UsdText;

/// Dollars, exactly: a JSON number with all its digits.
pub(crate) struct DollarsNumber;

/// The same, or null where nothing of it is known.
pub(crate) struct DollarsOrNull;

/// Dollars, exactly, as they can be written: a JSON number, or a decimal string.
pub(crate) struct DollarsGiven;

/// A length of time: `30s`, `15m`, `24h`, `7d`, `2w` or `1mo`.
pub(crate) struct Length;

/// The SKU of a deployment: its type, its zone and its region, as far as it has them.
pub(crate) struct SkuText;

fn text(pattern: &str, about: &str, example: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .pattern(Some(pattern))
        .description(Some(about))
        .examples([example])
}

impl PartialSchema for DollarsNumber {
    fn schema() -> RefOr<Schema> {
        let about = "Dollars, exactly: a JSON number with all its digits, up to twelve decimals.";
        let number = ObjectBuilder::new().schema_type(SchemaType::new(Type::Number));
        number.description(Some(about)).into()
    }
}

impl PartialSchema for UsdText {
    fn schema() -> RefOr<Schema> {
        let about = "Dollars, exactly: a decimal string with up to twelve decimals.";
        text(r"^-?\d+(\.\d{1,12})?$", about, "0.00045").into()
    }
}

impl PartialSchema for DollarsOrNull {
    fn schema() -> RefOr<Schema> {
        let kinds = SchemaType::from_iter([Type::Number, Type::Null]);
        let about = "An exact amount in dollars as a JSON number; null if nothing of it is known.";
        ObjectBuilder::new().schema_type(kinds).description(Some(about)).into()
    }
}

impl PartialSchema for DollarsGiven {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(SchemaType::new(Type::Number));
        let number = number.minimum(Some(0)).maximum(Some(1_000_000_000_000_000_i64));
        let about = "The same, as a decimal string.";
        let about_both = "Dollars, from 0 to 1000000000000000 with at most twelve decimals.";
        let text = text(r"^\d+(\.\d{1,12})?$", about, "10.5");
        OneOfBuilder::new().item(number).item(text).description(Some(about_both)).into()
    }
}

impl PartialSchema for Length {
    fn schema() -> RefOr<Schema> {
        let about = "A length of time; `mo` is a month of the calendar, and `daily` is `24h`.";
        text(r"^([1-9]\d{0,5}(s|m|h|d|w|mo)|hourly|daily|weekly|monthly)$", about, "30d").into()
    }
}

impl PartialSchema for SkuText {
    fn schema() -> RefOr<Schema> {
        let about = "How a deployment is sold: its type, then its zone and its region, as far as it \
                     has them.";
        let types = "global_standard|data_zone_standard|regional_standard|global_batch\
                     |data_zone_batch|external";
        let pattern = format!("^({types})( (us|eu|apac|us_gov))?( [a-z0-9]+)?$");
        text(&pattern, about, "data_zone_standard eu").into()
    }
}

impl ToSchema for DollarsNumber {}
impl ToSchema for DollarsOrNull {}
impl PartialSchema for Written {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::AnyValue).description(Some("Any JSON.")).into()
    }
}

impl ToSchema for UsdText {}
impl ToSchema for Written {}
impl ToSchema for DollarsGiven {}
impl ToSchema for Length {}
impl ToSchema for SkuText {}
