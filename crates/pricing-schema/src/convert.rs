//! Converts checked files into the types of the table. Nothing can fail here any more.

use crate::shared::Shared;
use crate::source::{
    BillingRuleEntry, Evidence, ModelEntry, PoolEntry, PriceEntry, RatesEntry, RouterEntry,
    SourceFile, Unlisted,
};
use crate::{Table, id, money::Money};
use pricing_data::{
    BillingRule, Cloud, Confidence, Correction, Day, Kind, Model, Pool, Price, Rates, Router,
    RoutingFee, Tier, ToolPrice,
};
use std::borrow::Cow;

type Texts = Cow<'static, [Cow<'static, str>]>;

pub(crate) fn table(files: &[SourceFile], shared: &Shared<'_>) -> Table {
    let described = files.iter().find_map(|file| Some((file, file.router.as_ref()?)));
    let pools = described.map_or(&[][..], |(_, router)| &router.pools);
    let mut models: Vec<Model> = files
        .iter()
        .flat_map(|file| file.models.iter().map(|entry| model(shared, file, entry, pools)))
        .collect();
    // By id, so that the table is the same in whatever order the files are read.
    models.sort_by_cached_key(|model| model.id.to_ascii_lowercase());
    Table {
        models,
        router: described.map(|(file, entry)| router(shared, file, entry)),
        tools: files.iter().flat_map(|file| tools(shared, file)).collect(),
        zones: shared.zones.iter().map(|(zone, regions)| (*zone, sorted(regions))).collect(),
        billing_rules: files
            .iter()
            .flat_map(|file| file.billing_rules.iter().map(|entry| rule(shared, file, entry)))
            .collect(),
    }
}

fn rule(shared: &Shared<'_>, file: &SourceFile, entry: &BillingRuleEntry) -> BillingRule {
    BillingRule {
        id: text(&entry.id),
        families: texts(&entry.families),
        provider: entry.provider.0,
        reasoning_outside_completion: entry.reasoning_outside_completion.0,
        from: entry.from.map_or(Day::UNKNOWN, |day| day.0),
        until: entry.until.map(|day| day.0),
        basis: text(entry.basis.as_deref().unwrap_or_default()),
        confidence: entry.confidence.map_or(Confidence::High, |confidence| confidence.0),
        source: titles(shared, file, entry.evidence.iter()),
    }
}

fn model(shared: &Shared<'_>, file: &SourceFile, entry: &ModelEntry, pools: &[PoolEntry]) -> Model {
    let names = entry.names.clone().unwrap_or_default();
    let prices = entry.prices.iter().map(|price| self::price(shared, file, entry, price));
    Model {
        id: text(&entry.id),
        vendor: text(entry.vendor.as_deref().unwrap_or_default()),
        kind: entry.kind.map_or(Kind::Chat, |kind| kind.0),
        snapshots: texts(&names.snapshots),
        aliases: texts(&names.aliases),
        inherit_unlisted_snapshots: names.unlisted_snapshots == Unlisted::Inherit,
        context_window: entry.limits.context_window,
        max_input: entry.limits.max_input,
        max_output: entry.limits.max_output,
        retired_on: entry.retired_on.map(|day| day.0),
        router_versions: router_versions(&entry.id, pools),
        prices: prices.collect(),
    }
}

fn price(shared: &Shared<'_>, file: &SourceFile, model: &ModelEntry, entry: &PriceEntry) -> Price {
    let bounded = entry.tiers.len() > 1;
    // A last tier without rates says that longer prompts have no price, so its bound is the longest
    // prompt that has one. A single tier cannot: it would price nothing.
    let last = entry.tiers.last().filter(|tier| bounded && tier.rates.is_none());
    let evidence = entry.tiers.iter().flat_map(|tier| tier.evidence.values().flatten());
    let tiers = entry.tiers.iter().filter_map(|tier| {
        let corrected = tier.corrected.as_ref().map(|corrected| Correction {
            on: corrected.on.0,
            was: corrected.was.as_ref().map(rates),
        });
        let rates = rates(tier.rates.as_ref()?);
        Some(Tier { prompt_tokens_over: tier.prompt_tokens_over, rates, corrected })
    });
    // The least sure figure decides: a price never claims more than all of it deserves.
    let confidence = entry.tiers.iter().filter_map(|tier| tier.confidence).min();
    let mut price = Price {
        id: Cow::Borrowed(""),
        deployment: entry.selector.deployment.0,
        zone: entry.selector.zone.map(|zone| zone.0),
        regions: texts(&sorted(&entry.selector.regions)),
        cloud: entry.selector.cloud.map_or(Cloud::Public, |cloud| cloud.0),
        service_tier: entry.selector.service_tier.0,
        from: entry.from.map_or(Day::UNKNOWN, |day| day.0),
        until: entry.until.map(|day| day.0),
        review_by: entry.review_by.map(|day| day.0),
        max_prompt_tokens: last.map(|tier| tier.prompt_tokens_over),
        tiers: tiers.collect(),
        // An overlay states none: its prices are the operator's own contract.
        confidence: confidence.map_or(Confidence::High, |confidence| confidence.0),
        source: titles(shared, file, evidence),
    };
    // Last, as the id hashes everything else.
    price.id = Cow::Owned(id::of_price(&model.id, &price));
    price
}

fn rates(entry: &RatesEntry) -> Rates {
    let micros = |rate: Option<Option<Money>>| rate.flatten().map(Money::micros);
    Rates {
        input: entry.input.micros(),
        cached_input: micros(entry.cached_input),
        cache_write: micros(entry.cache_write),
        cache_write_1h: micros(entry.cache_write_1h),
        cache_write_12h: micros(entry.cache_write_12h),
        output: micros(entry.output),
        audio_input: micros(entry.audio_input),
        audio_output: micros(entry.audio_output),
    }
}

fn router(shared: &Shared<'_>, file: &SourceFile, entry: &RouterEntry) -> Router {
    let fees = entry.fees.iter().map(|fee| {
        let mut converted = RoutingFee {
            id: Cow::Borrowed(""),
            deployment: fee.deployment.map(|deployment| deployment.0),
            from: fee.from.0,
            until: fee.until.map(|day| day.0),
            per_million_prompt_tokens: fee.per_1m_prompt_tokens.micros(),
            corrected: fee.corrected.map(|corrected| Correction {
                on: corrected.on.0,
                was: Some(corrected.was.micros()),
            }),
            confidence: fee.confidence.map_or(Confidence::High, |confidence| confidence.0),
            source: titles(shared, file, fee.evidence.iter()),
        };
        converted.id = Cow::Owned(id::of_fee(&converted));
        converted
    });
    let pools = entry.pools.iter().map(|pool| Pool {
        version: text(&pool.version),
        as_of: pool.as_of.0,
        complete: pool.complete,
        models: texts(&pool.models),
        inferred: texts(&pool.inferred),
    });
    Router { aliases: texts(&entry.aliases), fees: fees.collect(), pools: pools.collect() }
}

fn tools(shared: &Shared<'_>, file: &SourceFile) -> Vec<ToolPrice> {
    let tools = file.tools.iter().map(|entry| {
        let mut tool = ToolPrice {
            id: Cow::Borrowed(""),
            tool: text(&entry.tool),
            unit: entry.unit.0,
            per_unit: entry.price.micros(),
            from: entry.from.map_or(Day::UNKNOWN, |day| day.0),
            until: entry.until.map(|day| day.0),
            confidence: entry.confidence.map_or(Confidence::High, |confidence| confidence.0),
            source: titles(shared, file, entry.evidence.iter()),
        };
        tool.id = Cow::Owned(id::of_tool(&tool));
        tool
    });
    tools.collect()
}

/// The versions whose pool has held the model, by pool; a `?` marks those where that is inferred.
fn router_versions(id: &str, pools: &[PoolEntry]) -> Texts {
    let mut versions: Vec<(&str, bool)> = Vec::new();
    for pool in pools {
        let known = pool.models.iter().any(|model| model == id);
        if !known && !pool.inferred.iter().any(|model| model == id) {
            continue;
        }
        match versions.iter_mut().find(|(version, _)| *version == pool.version) {
            Some((_, sure)) => *sure |= known,
            None => versions.push((&pool.version, known)),
        }
    }
    let marked = versions.into_iter().map(|(version, known)| match known {
        true => text(version),
        false => Cow::Owned(format!("{version}?")),
    });
    marked.collect()
}

/// The titles of the sources, each once; an overlay's own prices come from its file.
fn titles<'a>(
    shared: &Shared<'_>,
    file: &SourceFile,
    evidence: impl Iterator<Item = &'a Evidence>,
) -> Cow<'static, str> {
    let mut titles: Vec<&str> = Vec::new();
    for source in evidence.filter_map(|evidence| shared.sources.get(evidence.source.as_str())) {
        if !titles.contains(&source.title.as_str()) {
            titles.push(&source.title);
        }
    }
    if titles.is_empty() { text(&file.name) } else { Cow::Owned(titles.join("; ")) }
}

fn text(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

fn texts(list: &[String]) -> Texts {
    list.iter().map(|item| text(item)).collect()
}

fn sorted(list: &[String]) -> Vec<String> {
    let mut list = list.to_vec();
    list.sort();
    list
}
