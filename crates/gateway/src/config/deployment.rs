//! Entries of `model_list`: one deployment each.

use std::collections::HashSet;

use cost_model::{DeploymentType, FixedPrice, PriceBook, Rates, Sku};
use ledger::Limits;
use llm_types::{Dialect, PerMillion, UpstreamName};
use router_client::Deployment;
use rust_decimal::Decimal;
use upstream_http::Transport;

use super::{
    Access, ConfigError, Configured, Pool, Table,
    providers::{self, Connection},
    yaml_tree::Scalar,
};

/// Every deployment of the file.
pub(super) fn read_all(
    root: &mut Table<'_, '_>,
    transport: &Transport,
    warnings: &mut Vec<String>,
) -> Result<Vec<Configured>, ConfigError> {
    let mut ids = HashSet::new();
    let mut deployments = Vec::new();
    for mut entry in root.tables("model_list")? {
        let configured = read(&mut entry, transport, &mut ids)?;
        for warning in configured.connector.warnings() {
            warnings.push(format!("{}: {warning}", entry.place()));
        }
        deployments.push(configured);
    }
    if deployments.is_empty() {
        warnings.push(format!(
            "{}: `model_list` has no entry, so only models that are added by API are served",
            root.place()
        ));
    }
    Ok(deployments)
}

/// One deployment, of the file or by API.
pub(super) fn read(
    entry: &mut Table<'_, '_>,
    transport: &Transport,
    ids: &mut HashSet<String>,
) -> Result<Configured, ConfigError> {
    let group = named(entry.required("model_name")?)?;
    let mut params = entry.table("litellm_params")?;
    let mut info = entry.table("model_info")?;
    let model = params.required("model")?;
    let name = providers::name(&model.text)
        .map_err(|source| ConfigError::of_provider(&model.place, source))?;
    let kind = providers::of(&model.text);
    let Connection { connector, provider, shown } = kind.connect(&mut params, &name, transport)?;
    let url = provider.endpoint().to_owned();
    let id = match info.scalar("id")? {
        // Ids name deployments in entries and limits, so that a double one cannot be resolved.
        Some(id) if !ids.insert(id.text.clone()) => return Err(ConfigError::DuplicateId(id.place)),
        Some(id) => id.text,
        None => unused(stable_id(&group, &name, &url), ids),
    };
    let mut deployment = Deployment::new(&name, provider);
    // A provider with only one SKU has no routers, so the keys for both are not read.
    let (mut stated, mut subset) = (Some(false), None);
    if let Some(sku) = kind.sku() {
        (deployment.router, deployment.sku) = (false, sku);
    } else {
        stated = router(&mut info, &mut params)?;
        deployment.router = stated.unwrap_or(name.router);
        deployment.sku = sku(entry, &mut params, &mut info)?;
        subset = info.names("router_models")?.map(|patterns| Pool { patterns });
    }
    deployment.fixed_price = fixed_price(&mut params, &mut info, &id)?;
    deployment.id = id.into();
    let (rpm, tpm) = (params.number("rpm")?, params.number("tpm")?);
    let limits = Limits { rpm, tpm, parallel: None };
    let base = info.scalar("base_model")?.or(params.scalar("base_model")?);
    deployment.base_model = base.map(|base| base.text);
    deployment.apis = apis(&mut params)?;
    let access = Access {
        team_id: info.scalar("team_id")?.map(|team| team.text),
        groups: info.names("access_groups")?.unwrap_or_default(),
    };
    info.harmless(is_description);
    let described = info.described();
    Ok(Configured {
        group,
        deployment,
        connector,
        shown,
        limits,
        subset,
        described,
        router_is_stated: stated.is_some(),
        access,
        by_api: false,
    })
}

/// The name of a group. A pattern is refused: the deployments that it would match are not known.
fn named(name: Scalar) -> Result<String, ConfigError> {
    if name.text.contains('*') {
        return Err(name.wrong(
            "one name, as Azure does not list the deployments that match a pattern: write an \
             entry for each of them; patterns are allowed in the `models` of keys",
        ));
    }
    Ok(name.text)
}

/// Whether a key of `LiteLLM`'s `model_info` only describes a model, for people and its own pages.
fn is_description(key: &str) -> bool {
    let written =
        ["created_at", "created_by", "db_model", "description", "updated_at", "updated_by"];
    let known = ["litellm_provider", "max_input_tokens", "max_output_tokens", "max_tokens", "mode"];
    written.contains(&key) || known.contains(&key) || key.starts_with("supports_")
}

/// The APIs that a deployment has: `apis: [chat, responses]`.
fn apis(params: &mut Table<'_, '_>) -> Result<Option<Vec<Dialect>>, ConfigError> {
    let Some((names, place)) = params.names_at("apis")? else { return Ok(None) };
    let read = |name: &String| {
        let expected = "a list of `chat`, `responses`, `messages` and `embeddings`";
        Dialect::named(name).ok_or_else(|| place.wrong(expected, format!("`{name}`")))
    };
    names.iter().map(read).collect::<Result<_, _>>().map(Some)
}

fn router(
    info: &mut Table<'_, '_>,
    params: &mut Table<'_, '_>,
) -> Result<Option<bool>, ConfigError> {
    Ok(info.flag("router")?.or(params.flag("router")?))
}

/// The SKU's keys may be in the entry, its `litellm_params` or its `model_info`.
fn sku(
    entry: &mut Table<'_, '_>,
    params: &mut Table<'_, '_>,
    info: &mut Table<'_, '_>,
) -> Result<Sku, ConfigError> {
    let mut find = |key| -> Result<Option<Scalar>, ConfigError> {
        let found = [entry.scalar(key)?, params.scalar(key)?, info.scalar(key)?];
        Ok(found.into_iter().flatten().next())
    };
    let [kind, zone, region] = [find("deployment_type")?, find("zone")?, find("region")?];
    let text = |scalar: &Option<Scalar>| scalar.as_ref().map(|scalar| scalar.text.clone());
    Sku::parse(text(&kind).as_deref(), text(&zone).as_deref(), text(&region).as_deref()).map_err(
        |source| {
            let named = kind.or(zone).or(region).map(|scalar| scalar.place);
            ConfigError::Sku { place: named.unwrap_or_else(|| entry.place().clone()), source }
        },
    )
}

/// `LiteLLM`'s prices per token, as decimals: `input_cost_per_token: 0.00000005` or `5e-8`.
fn fixed_price(
    params: &mut Table<'_, '_>,
    info: &mut Table<'_, '_>,
    id: &str,
) -> Result<Option<FixedPrice>, ConfigError> {
    let mut rate = |key| -> Result<Option<u64>, ConfigError> {
        let scalar = info.scalar(key)?.or(params.scalar(key)?);
        scalar.as_ref().map(per_million).transpose()
    };
    let input = rate("input_cost_per_token")?;
    let output = rate("output_cost_per_token")?;
    let cached_input = rate("cache_read_input_token_cost")?;
    let cache_write = rate("cache_creation_input_token_cost")?;
    match (input, output) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(missing(info, "input_cost_per_token")),
        (Some(_), None) => Err(missing(info, "output_cost_per_token")),
        (Some(input), output) => {
            let rates = Rates {
                input,
                cached_input,
                cache_write,
                cache_write_1h: None,
                cache_write_12h: None,
                output,
                audio_input: None,
                audio_output: None,
            };
            Ok(Some(FixedPrice { id: format!("config:{id}"), rates }))
        }
    }
}

fn missing(table: &Table<'_, '_>, key: &'static str) -> ConfigError {
    ConfigError::Missing { place: table.place().clone(), key }
}

/// No token costs more than a dollar, in microdollars per million tokens: a price per million that was
/// given as one per token.
const DOLLAR_A_TOKEN: u64 = 1_000_000_000_000;

/// Dollars per token as microdollars per million tokens.
fn per_million(scalar: &Scalar) -> Result<u64, ConfigError> {
    let text = scalar.text.trim();
    let wrong = || scalar.wrong("a price in dollars per token, with at most 12 decimals");
    // `5e-8` is how YAML tools write such prices. A float would round them.
    let decimal = Decimal::from_scientific(text).or_else(|_| Decimal::from_str_exact(text));
    let million = decimal.map_err(|_| wrong())?.checked_mul(Decimal::from(1_000_000));
    let million = million.ok_or_else(wrong)?;
    let micros = million.normalize().to_string().parse::<PerMillion>();
    let micros = micros.map(PerMillion::micros).map_err(|_| wrong())?;
    if micros > DOLLAR_A_TOKEN {
        return Err(scalar.wrong(
            "a price of at most 1 dollar per token (prices here are per token, not per million tokens)",
        ));
    }
    Ok(micros)
}

/// `id`, or with a number after it: the same deployment may be listed twice, to get a larger
/// share of the requests.
fn unused(id: String, ids: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|number: u32| format!("{id}-{number}"));
    let mut candidates = std::iter::once(id.clone()).chain(numbered);
    candidates.find(|candidate| ids.insert(candidate.clone())).unwrap_or(id)
}

/// An id that stays the same as long as group, model and endpoint do (FNV-1a, 64 bits).
fn stable_id(group: &str, name: &UpstreamName, url: &str) -> String {
    let bytes = [group, &name.written, url].join("\n");
    // Written out, as the standard library's hash may change with its version.
    let hash = bytes.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// Warnings about models of the deployments that no price table contains, one line each.
pub(super) fn doubts(deployments: &[Configured], book: &PriceBook) -> Vec<String> {
    let mut doubts = Vec::new();
    for Configured { deployment, subset, .. } in deployments {
        let name = &deployment.name;
        if let Some(base) = deployment.base_model.as_deref().filter(|base| book.find(base).is_err())
        {
            doubts.push(format!("{name}: the price table has no model `{base}` (`base_model`)"));
        }
        if deployment.sku.is_external() && !has_external_price(deployment, book) {
            doubts.push(format!(
                "{name}: it has no price, so that the cost of its requests is `unpriced`: set \
                 `input_cost_per_token` and `output_cost_per_token`, or a price with `deployment: \
                 external` in `pricing.overlay`"
            ));
        }
        for pattern in subset.iter().flat_map(|pool| pool.unmatched(book)) {
            doubts.push(format!(
                "{name}: no model of the price table matches `{pattern}` (`router_models`)"
            ));
        }
    }
    doubts
}

/// Whether the operator has set a price for a deployment that is not on Azure.
fn has_external_price(deployment: &Deployment, book: &PriceBook) -> bool {
    let model = deployment.base_model.as_deref().unwrap_or(&deployment.upstream_model);
    let id = book.find(model).map(|found| &found.model.id);
    let of_model = book.models().filter(|model| Ok(&model.id) == id);
    let mut prices = of_model.flat_map(|model| &*model.prices);
    deployment.fixed_price.is_some()
        || prices.any(|price| price.deployment == DeploymentType::External)
}
