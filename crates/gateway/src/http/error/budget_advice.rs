//! Advice for a request that no budget has room for: what would fit, and what makes it expensive.

use std::fmt;

use llm_types::Tokens;

/// Advice on how a request can be made to fit a strict budget.
#[derive(Debug, Default)]
pub(crate) struct BudgetAdvice {
    /// The longest answers that would fit, in tokens.
    pub(crate) fits: Option<Tokens>,
    /// The parameter that bounds them.
    pub(crate) bound: &'static str,
    /// Not even the shortest answer would fit.
    pub(crate) too_long: bool,
    /// The model whose price decides, where a router could choose another.
    pub(crate) most_expensive: Option<String>,
    /// The models that served a router without `router_models` so far.
    pub(crate) router_models: Option<Vec<String>>,
    /// The `router_models` that those make possible, and what they change.
    pub(crate) proposed: Option<String>,
    /// The deployment whose name says nothing of its model.
    pub(crate) unnamed: Option<String>,
    /// Whether answers could be bounded to what is left, and are not.
    pub(crate) clamp: bool,
}

// === impl BudgetAdvice ===

impl BudgetAdvice {
    /// The same with the longest answers that would fit, in tokens; `None`: not even short ones.
    pub(crate) fn with_fit(self, fits: Option<Tokens>, bound: &'static str) -> Self {
        Self { fits, bound, too_long: fits.is_none(), ..self }
    }
}

impl fmt::Display for BudgetAdvice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fits {
            Some(Tokens(fits)) => {
                write!(f, ". To send it now: set `{}` to {fits} or less", self.bound)?;
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
