/** Labels of providers, SKUs and form fields. */
import type { Schemas } from "../../api/client";
import type { Deployment } from "../../api/deployments";
import { limitsOf } from "../../lib/limits";

export const TYPES: Readonly<Record<Schemas["DeploymentType"], string>> = {
  global_standard: "Global Standard",
  data_zone_standard: "Data Zone Standard",
  regional_standard: "Regional Standard",
  global_batch: "Global Batch",
  data_zone_batch: "Data Zone Batch",
  external: "Outside Azure",
};
export const ZONES: Readonly<Record<Schemas["Zone"], string>> = {
  us: "US",
  eu: "EU",
  apac: "APAC",
  us_gov: "US Government",
};
export const PROVIDERS = [
  { value: "azure_ai", label: "Azure AI Foundry (Studio)" },
  { value: "azure", label: "Azure OpenAI" },
  { value: "openai", label: "OpenAI or a compatible server" },
  { value: "hosted_vllm", label: "vLLM" },
  { value: "lm_studio", label: "LM Studio" },
  { value: "openai_like", label: "OpenAI-like server" },
];

/** "Data Zone Standard · EU". */
export function skuOf({
  deployment_type: type,
  zone,
  region,
}: Pick<Deployment, "deployment_type" | "zone" | "region">): string {
  if (type === null) return "–";
  const where = zone === null ? region : ZONES[zone];
  return where === null ? TYPES[type] : `${TYPES[type]} · ${where}`;
}

/** "60 requests per minute, 1,000 tokens per minute"; nothing where there is no limit. */
export const limitsOfDeployment = ({ rpm, tpm }: Pick<Deployment, "rpm" | "tpm">): string =>
  limitsOf({ rpm_limit: rpm, tpm_limit: tpm, max_parallel_requests: null }).full;

/** Hint for a deployment that several models respond for, but that is not marked as a router. */
export const possibleRouter = (models: readonly string[]): string =>
  `Several models respond (${models.join(", ")}). If this is a model router, mark it as one in its form. Until then, no routing fee is charged.`;

/** The host and port of a URL, which distinguish endpoints. */
export function hostOf(url: string | null): string {
  return url !== null && URL.canParse(url) ? new URL(url).host : "–";
}

/** The form's labels of API fields that messages of the gateway name. */
const FIELDS: Readonly<Record<string, string>> = {
  api_base: "API base",
  api_version: "API version",
  api_key: "API key",
  tenant_id: "Tenant ID",
  client_id: "Client ID",
  client_secret: "Client secret",
  model_name: "Public name",
  model: "Model name",
  deployment_type: "SKU",
  zone: "Zone",
  region: "Region",
  rpm: "Requests per minute",
  tpm: "Tokens per minute",
  base_model: "Base model",
  router_models: "Router models",
  router: "This deployment is a model router",
  allow_http: "Allow unencrypted HTTP to another machine",
  input_cost_per_token: "Input",
  output_cost_per_token: "Output",
  cache_read_input_token_cost: "Cached input",
  cache_creation_input_token_cost: "Cache write",
};

/**
 * A message of the gateway with the form's labels instead of API fields: `litellm_params.api_base`
 * becomes “API base”.
 */
export const inFormWords = (message: string): string =>
  message.replace(/`(?:litellm_params\.|model_info\.)?([a-z_]+)`/g, (whole, field: string) =>
    FIELDS[field] === undefined ? whole : `“${FIELDS[field]}”`,
  );
