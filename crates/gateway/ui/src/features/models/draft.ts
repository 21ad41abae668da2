/** Draft of a deployment as typed into the form, and the API terms built from it. */
import type { Schemas } from "../../api/client";
import type { ModelChange, ModelTerms } from "../../api/models";
import { perMillion, perToken } from "./validation";

export type Credential = "key" | "entra" | "identity";

export const RATES = [
  "input_cost_per_token",
  "output_cost_per_token",
  "cache_read_input_token_cost",
  "cache_creation_input_token_cost",
] as const;

type Rate = (typeof RATES)[number];

/** Props of form fields that edit a draft. */
export interface FieldProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

export interface Draft {
  provider: string;
  /** The deployment's name in Azure, without the provider's prefix. */
  deployment: string;
  group: string;
  apiBase: string;
  apiVersion: string;
  allowHttp: boolean;
  credential: Credential;
  apiKey: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  type: Schemas["DeploymentType"];
  zone: string;
  region: string;
  /** Requests and tokens per minute; "" without a limit. */
  rpm: string;
  tpm: string;
  /** The model behind a deployment with a custom name; "" if the name says it. */
  baseModel: string;
  /** Whether a router picks the model; null if the deployment's name decides. */
  router: boolean | null;
  /** The models the router is restricted to in Azure, separated by commas; "" for the full pool. */
  routerModels: string;
  /** Dollars per million tokens; "" if the price table applies. */
  rates: Record<Rate, string>;
}

const NO_RATES: Record<Rate, string> = {
  input_cost_per_token: "",
  output_cost_per_token: "",
  cache_read_input_token_cost: "",
  cache_creation_input_token_cost: "",
};

export const EMPTY: Draft = {
  provider: "azure_ai",
  deployment: "",
  group: "",
  apiBase: "",
  apiVersion: "",
  allowHttp: false,
  credential: "key",
  apiKey: "",
  tenantId: "",
  clientId: "",
  clientSecret: "",
  type: "global_standard",
  zone: "",
  region: "",
  rpm: "",
  tpm: "",
  baseModel: "",
  router: null,
  routerModels: "",
  rates: NO_RATES,
};

/** A served model without its version date: two versions of one model do not indicate a router. */
export const undated = (model: string): string => model.replace(/-\d{4}-?\d{2}-?\d{2}$/, "");

/**
 * Whether a model other than the deployment's name or base model responded: a router may have
 * picked it.
 */
export function isPicked(served: string | null | undefined, draft: Draft): boolean {
  if (served === null || served === undefined) return false;
  return ![draft.deployment, withoutPrefix(draft.baseModel)].map(undated).includes(undated(served));
}

/** A deployment name without its prefix, however it was pasted. */
export const withoutPrefix = (name: string): string =>
  name.trim().replace(/^(azure_ai|azure)\//, "");

export const writtenModel = (draft: Draft): string => `${draft.provider}/${draft.deployment}`;

/** The draft of a stored deployment; secrets are never returned and stay empty. */
export function draftOf(written: Schemas["Deployment"]): Draft {
  const text = (name: string) => {
    const value = written.litellm_params[name];
    return typeof value === "string" ? value : "";
  };
  const count = (name: string) => {
    const value = written.litellm_params[name];
    return typeof value === "number" ? String(value) : text(name);
  };
  const [provider = "azure_ai", ...name] = text("model").split("/");
  const info = written.model_info;
  const credential =
    text("azure_identity") !== ""
      ? "identity"
      : text("tenant_id") !== "" || text("client_id") !== ""
        ? "entra"
        : "key";
  const rates = { ...NO_RATES };
  // Only custom prices are stored with the deployment; others come from the price table.
  if (info.key?.startsWith("config:"))
    for (const rate of RATES) rates[rate] = perMillion(info[rate]);
  return {
    ...EMPTY,
    provider,
    deployment: name.join("/"),
    group: written.model_name,
    apiBase: text("api_base"),
    apiVersion: text("api_version"),
    allowHttp: written.litellm_params["allow_http"] === true,
    credential,
    tenantId: text("tenant_id"),
    clientId: text("client_id"),
    type: info.deployment_type ?? "global_standard",
    zone: info.zone ?? "",
    region: info.region ?? "",
    rpm: count("rpm"),
    tpm: count("tpm"),
    rates,
    baseModel: info.base_model ?? "",
    router: info.router,
    routerModels: info.router_models?.join(", ") ?? "",
  };
}

/** The terms of a draft. Empty fields are left out, so that a stored secret is kept. */
export function termsOf(draft: Draft): ModelTerms {
  const { credential } = draft;
  const params: Schemas["LitellmParams"] = {
    model: writtenModel(draft),
    api_base: draft.apiBase.trim(),
    ...given("api_version", draft.apiVersion),
    ...(draft.allowHttp ? { allow_http: true } : {}),
    ...limit("rpm", draft.rpm),
    ...limit("tpm", draft.tpm),
    ...(credential === "key" ? given("api_key", draft.apiKey) : {}),
    ...(credential === "entra"
      ? {
          ...given("tenant_id", draft.tenantId),
          ...given("client_id", draft.clientId),
          ...given("client_secret", draft.clientSecret),
        }
      : {}),
    ...(credential === "identity"
      ? { azure_identity: "managed_identity", ...given("client_id", draft.clientId) }
      : {}),
  };
  const rates = RATES.filter((rate) => draft.rates[rate].trim() !== "").map(
    (rate) => [rate, perToken(draft.rates[rate])] as const,
  );
  const models = patterns(draft.routerModels);
  const info = {
    ...Object.fromEntries(rates),
    ...given("base_model", draft.baseModel),
    ...(draft.router === null ? {} : { router: draft.router }),
    ...(models.length > 0 ? { router_models: models } : {}),
  };
  return {
    model_name: draft.group.trim(),
    litellm_params: params,
    deployment_type: draft.type,
    ...(isZoned(draft.type) ? given("zone", draft.zone) : {}),
    ...(isRegional(draft.type) ? given("region", draft.region) : {}),
    ...(Object.keys(info).length > 0 ? { model_info: info } : {}),
  };
}

/**
 * The changes of a draft since it was loaded. The rest is left out: somebody else may have changed
 * it meanwhile.
 */
export function changeOf(draft: Draft, loaded: Draft): ModelChange {
  const [now, before] = [wholeChange(draft), wholeChange(loaded)];
  const change = {
    ...differing(now, before),
    litellm_params: differing(now.litellm_params, before.litellm_params),
    model_info: differing(now.model_info, before.model_info),
    litellm_params_to_remove: now.litellm_params_to_remove.filter(
      (name) => !before.litellm_params_to_remove.includes(name),
    ),
  };
  return Object.fromEntries(
    Object.entries(change).filter(
      ([, part]) => typeof part !== "object" || Object.keys(part).length > 0,
    ),
  );
}

/** The fields that differ; lists are compared by their contents. */
function differing(now: object, before: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(now).filter(
      ([name, value]) => JSON.stringify(Reflect.get(before, name)) !== JSON.stringify(value),
    ),
  );
}

const patterns = (text: string): string[] =>
  text
    .split(",")
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== "");

/** The complete change of a draft: empty fields are removed, except secrets. */
function wholeChange(draft: Draft) {
  const terms = termsOf(draft);
  const emptied = [
    ...RATES.filter((rate) => draft.rates[rate].trim() === ""),
    ...(draft.baseModel.trim() === "" ? ["base_model"] : []),
    ...(patterns(draft.routerModels).length === 0 ? ["router_models"] : []),
    ...(terms.zone === undefined ? ["zone"] : []),
    ...(terms.region === undefined ? ["region"] : []),
  ];
  const texts = [
    ["api_version", draft.apiVersion],
    ["rpm", draft.rpm],
    ["tpm", draft.tpm],
  ] as const;
  const gone = [
    ...texts.filter(([, text]) => text.trim() === "").map(([name]) => name),
    ...(draft.allowHttp ? [] : ["allow_http"]),
  ];
  return {
    ...terms,
    model_info: { ...Object.fromEntries(emptied.map((name) => [name, null])), ...terms.model_info },
    litellm_params_to_remove: [...toRemove(draft.credential), ...gone],
  };
}

/** Credentials of the other kinds, which a change must remove. */
function toRemove(credential: Credential): string[] {
  const all: Record<Credential, string[]> = {
    key: ["api_key"],
    entra: ["tenant_id", "client_id", "client_secret"],
    identity: ["azure_identity"],
  };
  const kept = credential === "identity" ? ["azure_identity", "client_id"] : all[credential];
  return Object.values(all)
    .flat()
    .filter((name) => !kept.includes(name));
}

export const isZoned = (type: string): boolean => type.startsWith("data_zone");

export const isRegional = (type: string): boolean => type.startsWith("regional");

const limit = <K extends string>(name: K, value: string) =>
  value.trim() === "" ? {} : { [name]: Number(value.trim()) };

const given = <K extends string>(name: K, value: string) =>
  value.trim() === "" ? {} : { [name]: value.trim() };
