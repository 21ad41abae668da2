/** Azure's words for how deployments are sold. */
import type { Schemas } from "../../api/client";
import { limitsOf } from "../../lib/limits";
import type { Deployment } from "../../api/deployments";

export const TYPES: Readonly<Record<Schemas["DeploymentType"], string>> = {
  global_standard: "Global Standard",
  data_zone_standard: "Data Zone Standard",
  regional_standard: "Regional Standard",
  global_batch: "Global Batch",
  data_zone_batch: "Data Zone Batch",
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

/** "60 requests a minute, 1,000 tokens a minute"; nothing where there is no limit. */
export const limitsOfDeployment = ({ rpm, tpm }: Pick<Deployment, "rpm" | "tpm">): string =>
  limitsOf({ rpm_limit: rpm, tpm_limit: tpm, max_parallel_requests: null }).full;

/** What it means that several models answer where nobody says that it is a router. */
export const possibleRouter = (models: readonly string[]): string =>
  `Several models answer (${models.join(", ")}). If it is a model router, say so in its form: until then no routing fee is charged.`;

/** A URL's host and port, which is what tells endpoints apart. */
export function hostOf(url: string | null): string {
  return url !== null && URL.canParse(url) ? new URL(url).host : "–";
}

/** The form's name of each field that the gateway's messages name as the API does. */
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
  rpm: "Requests a minute",
  tpm: "Tokens a minute",
  base_model: "Base model",
  router_models: "Router models",
  router: "This deployment is a model router",
  allow_http: "Allow plain HTTP to another machine",
  input_cost_per_token: "Input",
  output_cost_per_token: "Output",
  cache_read_input_token_cost: "Cached input",
  cache_creation_input_token_cost: "Cache write",
};

/** A message of the gateway with the form's names in place of the API's: `litellm_params.api_base` is “API base” here. */
export const inFormWords = (message: string): string =>
  message.replace(/`(?:litellm_params\.|model_info\.)?([a-z_]+)`/g, (whole, field: string) =>
    FIELDS[field] === undefined ? whole : `“${FIELDS[field]}”`,
  );
