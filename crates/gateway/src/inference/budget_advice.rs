//! The ways out of a refusal for want of budget, each with its figures.

use std::fmt;

use llm_types::Tokens;

use crate::{
    app::App,
    config::Configured,
    deployments::{Effect, Plan, Proposal, WhoAnswers},
};

/// What a client or an operator can do so that a request fits a strict budget.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    /// The longest answers that would fit, in tokens.
    fits: Option<Tokens>,
    /// Not even the shortest answer would fit.
    too_long: bool,
    /// The model whose price decides, where a router could choose another.
    most_expensive: Option<String>,
    /// The models that served a router without `router_models` so far.
    router_models: Option<Vec<String>>,
    /// The `router_models` that those make possible.
    proposed: Option<Effect>,
    /// The deployment whose name says nothing of its model.
    unnamed: Option<String>,
    /// Whether answers could be bounded to what is left, and are not.
    clamp: bool,
}

// === impl Ways ===

impl Ways {
    /// What can be done about a request to a group.
    pub(crate) fn of(app: &App, group: &str, plan: Option<&Plan<'_>>) -> Self {
        let (set, book) = (app.set(), app.prices());
        let who = |member: &Configured| member.candidates(&book);
        let mut ways = Self { clamp: !app.clamp, ..Self::default() };
        for member in set.of_group(group) {
            match who(member) {
                WhoAnswers::Pool => {
                    let served = member.served_so_far(&book).into_keys();
                    ways.router_models.get_or_insert_default().extend(served);
                    let proposal = plan.zip(Proposal::of(member, &book, app.now()));
                    let effect = proposal.and_then(|(plan, found)| plan.effect(found));
                    ways.proposed = ways.proposed.or(effect);
                }
                WhoAnswers::Any => ways.unnamed = Some(member.deployment.name.to_string()),
                WhoAnswers::Named(_) => {}
            }
        }
        if let Some(served) = &mut ways.router_models {
            served.sort();
            served.dedup();
        }
        if ways.router_models.is_some() || ways.unnamed.is_some() {
            let ceiling = app.worst_case(group, app.now());
            ways.most_expensive = ceiling.ok().map(|ceiling| ceiling.most_expensive);
        }
        ways
    }

    /// The same with the longest answers that would fit, in tokens; `None`: not even short ones.
    pub(crate) fn with_fit(self, fits: Option<Tokens>) -> Self {
        Self { fits, too_long: fits.is_none(), ..self }
    }
}

impl fmt::Display for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fits {
            Some(Tokens(fits)) => {
                write!(f, ". To send it now: set `max_completion_tokens` to {fits} or less")?;
            }
            None if self.too_long => f.write_str(". Its prompt alone does not fit")?,
            None => {}
        }
        if let Some(model) = &self.most_expensive {
            write!(f, ". The price of `{model}` decides, as any model can answer")?;
        }
        if let Some(served) = &self.router_models {
            f.write_str(
                ". If Azure restricts the router to some models, name them in `router_models`",
            )?;
            if !served.is_empty() {
                write!(f, " (served so far: {})", served.join(", "))?;
            }
            if let Some(effect) = &self.proposed {
                write!(f, "; {effect}")?;
            }
        }
        if let Some(name) = &self.unnamed {
            write!(
                f,
                ". The name `{name}` is no model: set `base_model` to the one that it serves"
            )?;
        }
        if self.clamp && !self.too_long && self.fits.is_some() {
            f.write_str(". `budgets.clamp: true` bounds answers to what is left of a budget")?;
        }
        f.write_str(". A budget with `budget_mode: soft` reserves nothing")
    }
}
