/** What is typed becomes exactly what the API takes. */
import { expect, it } from "vitest";
import { changeOf, draftOf, EMPTY, limitError, perToken, rateError, termsOf, withoutPrefix } from "./draft";

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
  const draft = { ...EMPTY, deployment: "model-router", group: "router", apiBase: "https://r.openai.azure.com", apiKey: " k ", clientSecret: "other" };
  expect(termsOf(draft)).toEqual({
    model_name: "router",
    litellm_params: { model: "azure_ai/model-router", api_base: "https://r.openai.azure.com", api_key: "k" },
    deployment_type: "global_standard",
  });
  expect(termsOf({ ...draft, apiKey: "" }).litellm_params.api_key).toBeUndefined();
});

it("takes away what was emptied, and credentials of other kinds, but no secret", () => {
  const draft = { ...EMPTY, deployment: "model-router", group: "router", apiBase: "https://r.openai.azure.com", rates: { ...EMPTY.rates, input_cost_per_token: "1", output_cost_per_token: "2" } };
  const { model_info, litellm_params_to_remove: removed } = changeOf(draft);
  expect(model_info).toEqual({ cache_read_input_token_cost: null, cache_creation_input_token_cost: null, zone: null, region: null, input_cost_per_token: "0.000001", output_cost_per_token: "0.000002" });
  expect(removed).toEqual(["tenant_id", "client_id", "client_secret", "azure_identity", "api_version", "rpm", "tpm", "allow_http"]);
  expect(changeOf({ ...draft, credential: "entra" }).litellm_params_to_remove).toEqual(["api_key", "azure_identity", "api_version", "rpm", "tpm", "allow_http"]);
  expect(changeOf({ ...draft, credential: "identity" }).litellm_params_to_remove).toContain("client_secret");
});

it("sends limits as numbers, and takes away the one that was emptied", () => {
  const written = { model_name: "router", litellm_params: { model: "azure_ai/model-router", api_base: "https://r.openai.azure.com", rpm: 60, tpm: "0" }, model_info: {} } as unknown as Parameters<typeof draftOf>[0];
  const draft = draftOf(written);
  expect([draft.rpm, draft.tpm]).toEqual(["60", "0"]);
  expect(termsOf(draft).litellm_params).toMatchObject({ rpm: 60, tpm: 0 });
  const change = changeOf({ ...draft, rpm: "" });
  expect([change.litellm_params.rpm, change.litellm_params.tpm]).toEqual([undefined, 0]);
  expect(change.litellm_params_to_remove).toContain("rpm");
  expect(change.litellm_params_to_remove).not.toContain("tpm");
  expect(["", "60", "-1", "1.5", "many"].map((text) => limitError(text) === null)).toEqual([true, true, false, false, false]);
});
