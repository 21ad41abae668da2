//! Amounts and lengths of time as requests write them.

use llm_types::Usd;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};

use crate::{Dollars, Field, FieldError, FieldValue, field::unquoted, values::text};

/// Dollars, exactly, as they can be written: a JSON number, or a decimal string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DollarsGiven(pub Usd);

/// A length of time: `30s`, `15m`, `24h`, `7d`, `2w` or `1mo`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Length(pub String);

/// An amount.
pub type DollarsField = Field<DollarsGiven>;
/// A length of time.
pub type LengthField = Field<Length>;

/// No budget is larger, in dollars. Sums of money are wider, so that all that is spent of such a
/// budget can be counted.
const MOST: &str = "1000000000000000";
/// The decimals of a picodollar.
const DECIMALS: u32 = 12;

impl FieldValue for DollarsGiven {
    const NAME: &'static str = "Dollars";

    /// What has more than 12 decimals, such as the sum of two floats, is the nearest picodollar.
    fn read(name: &str, json: &str) -> Result<Option<Self>, FieldError> {
        let expected = "dollars, from 0 to 1000000000000000, such as 10.5";
        let refuse = || FieldError::wrong(name, expected, json);
        let text = unquoted(json);
        let written = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text));
        let written = written.map_err(|_| refuse())?;
        let nearest =
            written.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero);
        let usd: Usd = nearest.normalize().to_string().parse().map_err(|_| refuse())?;
        let most: Usd = MOST.parse().unwrap_or_default();
        // No amount becomes nothing.
        let vanishes = nearest.is_zero() && !written.is_zero();
        if usd < Usd::ZERO || usd > most || vanishes {
            return Err(refuse());
        }
        Ok(Some(Self(usd)))
    }

    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("DollarsGiven").into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        crate::add_schema::<Self>(schemas);
    }
}

impl FieldValue for Length {
    const NAME: &'static str = "Length";

    fn read(name: &str, json: &str) -> Result<Option<Self>, FieldError> {
        Ok(<String as FieldValue>::read(name, json)?.map(Self))
    }

    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("Length").into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        crate::add_schema::<Self>(schemas);
    }
}

impl Serialize for DollarsGiven {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Dollars(self.0).serialize(serializer)
    }
}

impl From<DollarsGiven> for Usd {
    fn from(DollarsGiven(usd): DollarsGiven) -> Self {
        usd
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

impl ToSchema for DollarsGiven {}
impl ToSchema for Length {}
