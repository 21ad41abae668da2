/** Messages of the gateway use the form's labels. */
import { expect, it } from "vitest";
import { inFormWords } from "./labels";

it("names the form's fields", () => {
  expect(inFormWords("check the host in `api_base`, and `litellm_params.tenant_id`")).toBe(
    "check the host in “API base”, and “Tenant ID”",
  );
  expect(inFormWords("`model_info.router_models` has no model")).toBe(
    "“Router models” has no model",
  );
});

it("leaves what is no field of the form", () => {
  const message = "raise `router_settings.timeout`, or call `https://r.openai.azure.com`";
  expect(inFormWords(message)).toBe(message);
});
