//! Advice for a request that no budget has room for, computed from the deployments of its group.

use crate::{
    app::App,
    deployments::{Member, Plan, Proposal, WhoAnswers},
    http::BudgetAdvice,
};

/// What a client or an operator can do about a request to a group.
pub(crate) fn advice(app: &App, group: &str, plan: Option<&Plan<'_>>) -> BudgetAdvice {
    let (set, book) = (app.set(), app.prices());
    let who = |member: &Member| member.candidates(&book);
    let mut advice = BudgetAdvice { clamp: !app.clamp, ..BudgetAdvice::default() };
    for member in set.of_group(group) {
        match who(member) {
            WhoAnswers::Pool => {
                let served = member.served_so_far(&book).into_keys();
                advice.router_models.get_or_insert_default().extend(served);
                let proposal = plan.zip(Proposal::of(member, &book, app.now()));
                let effect = proposal.and_then(|(plan, found)| plan.effect(found));
                // The first proposal is enough for one message.
                advice.proposed =
                    advice.proposed.or_else(|| effect.map(|effect| effect.to_string()));
            }
            WhoAnswers::Any => advice.unnamed = Some(member.deployment.name.to_string()),
            WhoAnswers::Named(_) => {}
        }
    }
    if let Some(served) = &mut advice.router_models {
        served.sort();
        served.dedup();
    }
    if advice.router_models.is_some() || advice.unnamed.is_some() {
        let ceiling = app.worst_case(group, app.now());
        advice.most_expensive = ceiling.ok().map(|ceiling| ceiling.most_expensive);
    }
    advice
}
