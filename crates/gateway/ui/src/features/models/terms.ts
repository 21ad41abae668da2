/** The API's terms of a draft, and the changes of an edited one. */
import type { Schemas } from "../../api/client";
import type { ModelChange, ModelTerms } from "../../api/models";
import {
  type Credential,
  type Draft,
  isOnAzure,
  isRegional,
  isZoned,
  RATES,
  writtenModel,
} from "./draft";
import { perToken } from "./validation";

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
    ...(isOnAzure(draft.provider) ? skuOf(draft) : {}),
    ...(Object.keys(info).length > 0 ? { model_info: info } : {}),
  };
}

const skuOf = ({ type, zone, region }: Draft) => ({
  deployment_type: type,
  ...(isZoned(type) ? given("zone", zone) : {}),
  ...(isRegional(type) ? given("region", region) : {}),
});

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

const limit = <K extends string>(name: K, value: string) =>
  value.trim() === "" ? {} : { [name]: Number(value.trim()) };

const given = <K extends string>(name: K, value: string) =>
  value.trim() === "" ? {} : { [name]: value.trim() };
