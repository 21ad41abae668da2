//! OpenAPI shapes of enumerations, sums and other small values that many answers contain.

use llm_types::Usd;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};

/// Any JSON.
pub struct Written;

/// The outcome of a request, or `open`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CostStatus {
    Exact,
    Inferred,
    Estimated,
    Partial,
    Unpriced,
    Open,
    Interrupted,
}

/// Where token counts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsageSource {
    Reported,
    Estimated,
    Missing,
}

/// How a deployment is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeploymentType {
    GlobalStandard,
    DataZoneStandard,
    RegionalStandard,
    GlobalBatch,
    DataZoneBatch,
    External,
}

/// A data zone, or the cloud of the US government.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    Us,
    Eu,
    Apac,
    UsGov,
}

/// What a row of a report is of: a field for each of `by`, null where requests have none.
#[derive(ToSchema)]
pub struct SpentBy {
    #[schema(default = json!(null))]
    pub served: Option<String>,
    #[schema(default = json!(null))]
    pub asked: Option<String>,
    #[schema(default = json!(null))]
    pub deployment: Option<String>,
    #[schema(default = json!(null))]
    pub key: Option<String>,
    #[schema(default = json!(null))]
    pub key_alias: Option<String>,
    #[schema(default = json!(null))]
    pub team: Option<String>,
    #[schema(default = json!(null))]
    pub user: Option<String>,
    #[schema(default = json!(null))]
    pub tag: Option<String>,
    #[schema(default = json!(null))]
    pub day: Option<jiff::civil::Date>,
    #[schema(default = json!(null))]
    pub hour: Option<jiff::Timestamp>,
    #[schema(default = json!(null))]
    pub outcome: Option<OutcomeKind>,
    #[schema(default = json!(null))]
    pub cost_status: Option<CostStatus>,
}

/// Of an estimate: one cost, one whose price is inherited, a range, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EstimateStatus {
    Exact,
    Inferred,
    Range,
    Unpriced,
}

/// The outcome of a request, with LiteLLM's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogStatus {
    Success,
    Failure,
    InProgress,
}

/// Whether a deployment answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestStatus {
    Success,
    Error,
}

/// `strict`: the budget is never exceeded. `soft`: requests are refused once it is spent, as in
/// LiteLLM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BudgetMode {
    Strict,
    Soft,
}

/// Dollars, exactly: a decimal string with up to twelve decimals.
pub struct UsdText;

/// Dollars, exactly: a JSON number with all its digits.
pub struct DollarsNumber;

/// The same, or null where nothing of it is known.
pub struct DollarsOrNull;

/// Dollars, exactly, as a JSON number with all its digits, as `LiteLLM`'s clients expect them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dollars(pub Usd);

/// The SKU of a deployment: its type, its zone and its region, as far as it has them.
pub struct SkuText;

pub(crate) fn text(pattern: &str, about: &str, example: &str) -> ObjectBuilder {
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
impl ToSchema for SkuText {}

impl Serialize for Dollars {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_string())
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl PartialSchema for Dollars {
    fn schema() -> RefOr<Schema> {
        DollarsNumber::schema()
    }
}

impl ToSchema for Dollars {
    fn name() -> std::borrow::Cow<'static, str> {
        DollarsNumber::name()
    }
}
