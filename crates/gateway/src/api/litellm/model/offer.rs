//! Terms of sale of a model name, for estimates: SKU, routing fee and prices, from the group's
//! deployments or from the request.

use cost_model::{Candidates, CeilingQuery, FixedPrice, Sku, day_of};
use gateway_api::{FlagField, litellm::model::SoldTerms};
use jiff::Timestamp;

use crate::{
    app::App,
    auth::Caller,
    config::providers,
    deployments::{Member, WhoAnswers},
    http::ApiError,
};

/// One way in which an answer may be sold.
pub(crate) struct Offer {
    pub(crate) sku: Sku,
    pub(crate) routed: bool,
    pub(crate) fixed: Option<FixedPrice>,
    who: WhoAnswers,
}

/// What a request says of a name that is no group.
pub(crate) struct Sold {
    sku: Option<Sku>,
    router: Option<bool>,
}

// === impl Sold ===

impl Sold {
    pub(crate) fn new(sold: SoldTerms, router: FlagField) -> Result<Self, ApiError> {
        let (kind, zone) = (sold.deployment_type.value(), sold.zone.value());
        let (region, router) = (sold.region.value(), router.value());
        let given = kind.is_some() || zone.is_some() || region.is_some();
        let sku = Sku::parse(kind.as_deref(), zone.as_deref(), region.as_deref());
        let sku = given.then(|| sku.map_err(|error| ApiError::BadField(error.to_string())));
        Ok(Self { sku: sku.transpose()?, router })
    }

    /// The ways in which what is asked for by `model` may be sold: at least one.
    pub(crate) fn offers(
        self,
        app: &App,
        caller: &Caller,
        model: &str,
    ) -> Result<Vec<Offer>, ApiError> {
        let set = app.set();
        // A group that the caller may not ask for is to it as if it were not there.
        let of_group: Vec<_> =
            set.of_group(model).filter(|member| caller.may_use(member)).collect();
        if of_group.is_empty() {
            return self.of_name(app, model).map(|offer| vec![offer]);
        }
        if self.sku.is_some() || self.router.is_some() {
            let text = format!(
                "`{model}` is a model group, whose deployments determine its price; leave out \
                 `deployment_type`, `zone`, `region` and `router`"
            );
            return Err(ApiError::BadField(text));
        }
        Ok(of_group.into_iter().map(|configured| Offer::of(app, configured)).collect())
    }

    /// A model of the price table, or a router.
    fn of_name(self, app: &App, model: &str) -> Result<Offer, ApiError> {
        let name = providers::name(model);
        let routes = name.as_ref().is_ok_and(|name| name.router);
        let who = if app.prices().find(model).is_ok() {
            WhoAnswers::Named(vec![model.to_owned()])
        } else if routes {
            WhoAnswers::Pool
        } else {
            return Err(ApiError::NoModel(model.to_owned()));
        };
        let routed = self.router.unwrap_or(matches!(who, WhoAnswers::Pool));
        Ok(Offer { routed, ..self.of_answer(who) })
    }

    /// Of an answer of which nobody says which group was asked for.
    pub(crate) fn unasked(self) -> Offer {
        self.of_answer(WhoAnswers::Any)
    }

    /// Of an answer to a name that is no group here.
    pub(crate) fn of_asked(self, model: &str) -> Offer {
        let routes = providers::name(model).is_ok_and(|name| name.router);
        Self { router: self.router.or(Some(routes)), ..self }.of_answer(WhoAnswers::Any)
    }

    fn of_answer(self, who: WhoAnswers) -> Offer {
        let (sku, routed) = (self.sku.unwrap_or_else(Sku::global), self.router.unwrap_or(false));
        Offer { sku, routed, fixed: None, who }
    }
}

// === impl Offer ===

impl Offer {
    fn of(app: &App, configured: &Member) -> Self {
        let deployment = &configured.deployment;
        Self {
            sku: deployment.sku.clone(),
            routed: deployment.router,
            fixed: deployment.fixed_price.clone(),
            who: configured.candidates(&app.prices()),
        }
    }

    /// What its prices are asked for.
    pub(crate) fn query(&self, now: Timestamp) -> CeilingQuery<'_> {
        let candidates: Candidates<'_> = self.who.as_candidates();
        let fixed = self.fixed.as_ref();
        CeilingQuery { sku: &self.sku, day: day_of(now), routed: self.routed, candidates, fixed }
    }
}
