/** Form input becomes exactly the API's terms. */
import { expect, it } from "vitest";
import { draftOf, EMPTY, isPicked, withoutPrefix } from "./draft";
import { changeOf, termsOf } from "./terms";
import { limitError, perToken, rateError } from "./validation";

it("takes a name with its prefix or without", () => {
  expect(withoutPrefix(" azure_ai/azure-model-router ")).toBe("azure-model-router");
  expect(withoutPrefix("azure-model-router")).toBe("azure-model-router");
});

it("makes prices per token of prices per million, exactly", () => {
  expect(perToken("0.05")).toBe("0.00000005");
  expect(perToken("1.100001")).toBe("0.000001100001");
  expect(perToken("0")).toBe("0.00");
  expect(() => perToken("0.0000001")).toThrow();
  expect(rateError("a lot")).not.toBeNull();
  expect(rateError("")).toBeNull();
});

it("sends only what was given", () => {
  const draft = {
    ...EMPTY,
    deployment: "model-router",
    group: "router",
    apiBase: "https://r.openai.azure.com",
    apiKey: " k ",
    clientSecret: "other",
  };
  expect(termsOf(draft)).toEqual({
    model_name: "router",
    litellm_params: {
      model: "azure_ai/model-router",
      api_base: "https://r.openai.azure.com",
      api_key: "k",
    },
    deployment_type: "global_standard",
  });
  expect(termsOf({ ...draft, apiKey: "" }).litellm_params.api_key).toBeUndefined();
});

it("sends no SKU of a model outside Azure", () => {
  const draft = {
    ...EMPTY,
    provider: "hosted_vllm",
    deployment: "meta/Llama-3",
    group: "own",
    apiBase: "http://127.0.0.1:8000/v1",
  };
  expect(termsOf(draft)).toEqual({
    model_name: "own",
    litellm_params: { model: "hosted_vllm/meta/Llama-3", api_base: "http://127.0.0.1:8000/v1" },
  });
});

const LOADED = {
  ...EMPTY,
  deployment: "model-router",
  group: "router",
  apiBase: "https://r.openai.azure.com",
  rpm: "60",
  type: "data_zone_standard",
  zone: "eu",
  rates: { ...EMPTY.rates, input_cost_per_token: "1", output_cost_per_token: "2" },
} as const;

it("sends of a change what is not as it was loaded", () => {
  expect(changeOf(LOADED, LOADED)).toEqual({});
  expect(changeOf({ ...LOADED, group: " other ", tpm: "9", apiKey: "k" }, LOADED)).toEqual({
    model_name: "other",
    litellm_params: { tpm: 9, api_key: "k" },
  });
  expect(changeOf({ ...LOADED, zone: "us", region: "swedencentral" }, LOADED)).toEqual({
    zone: "us",
  });
});

it("takes away what was emptied, and credentials of other kinds, but no secret", () => {
  const emptied = {
    ...LOADED,
    rpm: "",
    type: "global_standard",
    rates: { ...LOADED.rates, output_cost_per_token: "" },
  } as const;
  expect(changeOf(emptied, LOADED)).toEqual({
    deployment_type: "global_standard",
    model_info: { output_cost_per_token: null, zone: null },
    litellm_params_to_remove: ["rpm"],
  });
  const entra = {
    ...LOADED,
    credential: "entra",
    tenantId: "t",
    clientId: "c",
    clientSecret: "s",
  } as const;
  expect(changeOf(entra, LOADED)).toEqual({
    litellm_params: { tenant_id: "t", client_id: "c", client_secret: "s" },
    litellm_params_to_remove: ["api_key"],
  });
  expect(changeOf({ ...LOADED, credential: "identity" }, entra)).toEqual({
    litellm_params: { azure_identity: "managed_identity" },
    litellm_params_to_remove: ["tenant_id", "client_secret"],
  });
});

it("sends limits as numbers, and takes away the one that was emptied", () => {
  const written = {
    model_name: "router",
    litellm_params: {
      model: "azure_ai/model-router",
      api_base: "https://r.openai.azure.com",
      rpm: 60,
      tpm: "0",
    },
    model_info: {},
  } as unknown as Parameters<typeof draftOf>[0];
  const draft = draftOf(written);
  expect([draft.rpm, draft.tpm]).toEqual(["60", "0"]);
  expect(termsOf(draft).litellm_params).toMatchObject({ rpm: 60, tpm: 0 });
  expect(changeOf({ ...draft, rpm: "", tpm: "5" }, draft)).toEqual({
    litellm_params: { tpm: 5 },
    litellm_params_to_remove: ["rpm"],
  });
  expect(["", "60", "-1", "1.5", "many"].map((text) => limitError(text) === null)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

it("sends router models as a list, and takes away what was emptied", () => {
  const draft = { ...LOADED, routerModels: " openai/*, ,!gpt-4o ", baseModel: "" };
  expect(termsOf(draft).model_info).toMatchObject({ router_models: ["openai/*", "!gpt-4o"] });
  expect(changeOf({ ...draft, routerModels: "openai/*,!gpt-4o" }, draft)).toEqual({});
  expect(changeOf({ ...draft, routerModels: "", baseModel: " gpt-5 " }, draft)).toEqual({
    model_info: { router_models: null, base_model: "gpt-5" },
  });
});

it("says whether a router picks the model only where somebody chose", () => {
  const draft = {
    ...EMPTY,
    deployment: "prod-chat",
    group: "chat",
    apiBase: "https://r.openai.azure.com",
  };
  expect(termsOf(draft).model_info).toBeUndefined();
  expect(termsOf({ ...draft, router: true }).model_info).toEqual({ router: true });
  expect(changeOf({ ...draft, router: false }, { ...draft, router: true }).model_info).toEqual({
    router: false,
  });
  expect(changeOf(draft, draft)).toEqual({});
});

it("suspects a router where another model answers than the name says", () => {
  const draft = { ...EMPTY, deployment: "gpt-4.1", baseModel: "" };
  expect(isPicked("gpt-4.1-2025-04-14", draft)).toBe(false);
  expect(isPicked("gpt-4.1", { ...draft, deployment: "gpt-4.1-20250414" })).toBe(false);
  expect(isPicked("gpt-5-nano-2025-08-07", draft)).toBe(true);
  expect(
    isPicked("gpt-5-nano-2025-08-07", {
      ...draft,
      deployment: "prod-chat",
      baseModel: "gpt-5-nano",
    }),
  ).toBe(false);
  expect(isPicked(null, draft)).toBe(false);
});
