/** Draft of a deployment as typed into the form. */
import type { Schemas } from "../../api/client";
import { perMillion } from "./validation";

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

/** Whether Azure runs the deployment, so that it has one of Azure's SKUs and may be a router. */
export const isOnAzure = (provider: string): boolean =>
  provider === "azure_ai" || provider === "azure";
export const isZoned = (type: string): boolean => type.startsWith("data_zone");

export const isRegional = (type: string): boolean => type.startsWith("regional");
