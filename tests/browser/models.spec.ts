/**
 * Models page: list, adding, input errors, a failing test, Entra ID, limits, edits, and an undone
 * deletion.
 */
import { expect, it } from "vitest";
import { look } from "./browser";
import { firstColumn, environment, sortBy } from "./environment";
import { ask, changeModel, makeModel, read, type Schemas } from "./gateway";
import { AZURE_KEY } from "./servers";

const LONG =
  "a-model-router-whose-name-somebody-made-ninety-characters-long-to-see-whether-pages-bear-it-so".slice(
    0,
    90,
  );
const SECRET = "the-secret-of-an-app-registration";
const env = environment({ signedIn: true });

it("shows deployments with the models served in the last day", async () => {
  const { page } = env.browser;
  for (let place = 0; place < 12; place += 1) {
    await ask(env.servers, `Question ${String(place)}`);
  }
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("gridcell", { name: "healthy" }).waitFor();
  await page.getByRole("img", { name: /Served by/ }).waitFor();
  await look(page, "models");
});

it("explains input errors while typing", async () => {
  const { page } = env.browser;
  await page.getByRole("button", { name: "Add model" }).click();
  const dialog = page.getByRole("dialog", { name: "Add model" });
  await dialog.getByRole("combobox", { name: "Model name" }).click();
  await page.getByRole("option", { name: "Custom model name" }).click();
  await dialog.getByLabel("Custom model name").fill(`azure_ai/${LONG}`);
  expect(await dialog.getByLabel("Custom model name").inputValue()).toBe(LONG);
  await dialog.getByText("per million prompt tokens for routing").waitFor();
  await dialog.getByLabel("API base").fill("http://somewhere.example");
  await dialog.getByText("would carry the key unencrypted").waitFor();
  await look(page, "models-mistake");
  await dialog
    .getByLabel("API base")
    .fill(`${env.servers.azure}/openai/v1/chat/completions?api-version=preview`);
  await dialog.getByText(/^Requests go to/).waitFor();
});

it("shows Azure's error and what to do", async () => {
  const { page } = env.browser;
  const dialog = page.getByRole("dialog", { name: "Add model" });
  await dialog.getByRole("textbox", { name: "API key" }).fill("not-the-key");
  await dialog.getByRole("button", { name: "Test connection" }).click();
  const test = page.getByRole("dialog", { name: "Test connection" });
  await test.getByText("What to do:").waitFor();
  expect(await test.innerText()).not.toContain("not-the-key");
  await look(page, "models-test-failed");
  await test.getByRole("button", { name: "Close", exact: true }).click();
});

it("closes only the topmost dialog, and keeps the input", async () => {
  const { page, errors } = env.browser;
  const dialog = page.getByRole("dialog", { name: "Add model" });
  const test = page.getByRole("dialog", { name: "Test connection" });
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await test.getByText("What to do:").waitFor();
  await page.keyboard.press("Escape");
  await test.waitFor({ state: "hidden" });
  expect(await dialog.getByLabel("Custom model name").inputValue()).toBe(LONG);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  // Closed by mistake, then left for another page.
  await page.getByRole("link", { name: "Logs" }).click();
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("button", { name: "Add model" }).click();
  await dialog.getByText("Your unsaved input was restored.").waitFor();
  expect(await dialog.getByLabel("Custom model name").inputValue()).toBe(LONG);
  expect(await dialog.getByRole("textbox", { name: "API key" }).inputValue()).toBe("not-the-key");
  expect(errors).toEqual([]);
});

it("says what failed without a response, using the form's labels", async () => {
  const { page } = env.browser;
  const dialog = page.getByRole("dialog", { name: "Add model" });
  const test = page.getByRole("dialog", { name: "Test connection" });
  const base = await dialog.getByLabel("API base").inputValue();
  await dialog.getByLabel("API base").fill("https://nowhere.invalid/openai/v1/");
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await test.getByText("The endpoint could not be reached").waitFor();
  await test.getByText("check the host in “API base”").waitFor();
  await test.getByText("nothing was charged").waitFor();
  expect(await test.getByText("The provider returned").count()).toBe(0);
  expect(await test.innerText()).not.toContain("exact");
  await look(page, "models-test-unreachable");
  await page.keyboard.press("Escape");
  await dialog.getByLabel("API base").fill(base);
});

it("marks a deployment with a custom name as a router", async () => {
  const { page } = env.browser;
  const dialog = page.getByRole("dialog", { name: "Add model" });
  const test = page.getByRole("dialog", { name: "Test connection" });
  const router = dialog.getByRole("checkbox", { name: "This deployment is a model router" });
  expect(await router.isChecked()).toBe(true);
  await dialog.getByLabel("Custom model name").fill("prod-chat");
  await expect.poll(() => router.isChecked()).toBe(false);
  await dialog.getByRole("textbox", { name: "API key" }).fill(AZURE_KEY);
  // The emulator does not treat a deployment with this name as a router.
  await page.route("**/health/test_connection", async (route) => {
    const response = await route.fetch();
    const { status, result } = (await response.json()) as Schemas["ConnectionTest"];
    await route.fulfill({
      response,
      json: { status, result: { ...result, served: "gpt-5-nano-2025-08-07" } },
    });
  });
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await test.getByText("Answered by gpt-5-nano-2025-08-07").waitFor();
  await page.unroute("**/health/test_connection");
  await look(page, "models-test-router");
  await test.getByRole("button", { name: "This is a model router" }).click();
  await page.keyboard.press("Escape");
  expect(await router.isChecked()).toBe(true);
  await dialog.getByText("per million prompt tokens for routing").waitFor();
  await router.uncheck();
  await dialog.getByText("per million prompt tokens for routing").waitFor({ state: "hidden" });
  await dialog.getByLabel("Custom model name").fill(LONG);
  await expect.poll(() => router.isChecked()).toBe(true);
});

it("adds a deployment, shows it in full, and disables it", async () => {
  const { page } = env.browser;
  const dialog = page.getByRole("dialog", { name: "Add model" });
  await dialog.getByRole("textbox", { name: "API key" }).fill(AZURE_KEY);
  await dialog.getByRole("button", { name: "Add model" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("row").filter({ hasText: LONG }).waitFor();
  await page.getByRole("button", { name: `Actions for ${LONG}` }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await page.getByRole("gridcell", { name: "disabled" }).waitFor();
  await look(page, "models-long");
});

it("edits a deployment without entering its key again", async () => {
  const { page } = env.browser;
  await page.getByRole("row").filter({ hasText: LONG }).getByText(LONG).first().click();
  const dialog = page.getByRole("dialog", { name: LONG });
  await dialog.getByLabel("Public name").fill("renamed");
  await dialog.getByRole("button", { name: "Advanced" }).click();
  await dialog.getByLabel("Input", { exact: true }).fill("1.25");
  await dialog.getByLabel("Output", { exact: true }).fill("10");
  await look(page, "models-edit");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("row").filter({ hasText: "renamed" }).click();
  await page
    .getByRole("dialog", { name: "renamed" })
    .getByLabel("Input", { exact: true })
    .waitFor();
  expect(await page.getByLabel("Input", { exact: true }).inputValue()).toBe("1.25");
  await page.keyboard.press("Escape");
});

it("sends an app registration's credential, and never shows its secret", async () => {
  const { page } = env.browser;
  await page.getByRole("button", { name: "Add model" }).click();
  const dialog = page.getByRole("dialog", { name: "Add model" });
  await dialog.getByRole("combobox", { name: "Model name" }).click();
  await page.getByRole("option", { name: "Custom model name" }).click();
  await dialog.getByLabel("Custom model name").fill("model-router");
  await dialog.getByLabel("Public name").fill("by-entra");
  await dialog.getByLabel("API base").fill("https://r.services.ai.azure.com/openai/v1/");
  await dialog.getByText("Entra ID", { exact: true }).click();
  await dialog.getByLabel("Tenant ID").fill("11111111-2222-3333-4444-555555555555");
  await dialog.getByLabel("Client ID").fill("66666666-7777-8888-9999-000000000000");
  expect(await dialog.getByRole("button", { name: "Add model" }).isDisabled()).toBe(true);
  await dialog.getByRole("textbox", { name: "Client secret" }).fill(SECRET);
  await look(page, "models-entra");
  const asked = page.waitForRequest((request) => request.url().endsWith("/model/new"));
  const answered = page.waitForResponse((response) => response.url().endsWith("/model/new"));
  await dialog.getByRole("button", { name: "Add model" }).click();
  expect((await asked).postDataJSON()).toEqual({
    model_name: "by-entra",
    litellm_params: {
      model: "azure_ai/model-router",
      api_base: "https://r.services.ai.azure.com/openai/v1/",
      tenant_id: "11111111-2222-3333-4444-555555555555",
      client_id: "66666666-7777-8888-9999-000000000000",
      client_secret: SECRET,
    },
    deployment_type: "global_standard",
  });
  expect(await (await answered).text()).not.toContain(SECRET);
  await dialog.waitFor({ state: "hidden" });
  const written = page.waitForResponse((response) => response.url().endsWith("/model/info"));
  await page.getByRole("row").filter({ hasText: "by-entra" }).click();
  expect(await (await written).text()).not.toContain(SECRET);
  const known = page.getByRole("dialog", { name: "by-entra" });
  expect(await known.getByLabel("Tenant ID").inputValue()).toBe(
    "11111111-2222-3333-4444-555555555555",
  );
  expect(await known.getByRole("textbox", { name: "Client secret" }).inputValue()).toBe("");
  expect(await page.content()).not.toContain(SECRET);
});

it("limits a deployment, and clears a limit", async () => {
  const { page } = env.browser;
  const dialog = page.getByRole("dialog", { name: "by-entra" });
  await dialog.getByRole("button", { name: "Advanced" }).click();
  await dialog.getByLabel("Requests per minute").fill("sixty");
  await dialog.getByText("Enter a whole number").waitFor();
  expect(await dialog.getByRole("button", { name: "Save changes" }).isDisabled()).toBe(true);
  await dialog.getByLabel("Requests per minute").fill("60");
  await dialog.getByLabel("Tokens per minute").fill("90000");
  await dialog.getByLabel("Tokens per minute").scrollIntoViewIfNeeded();
  await look(page, "models-limits");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await dialog.waitFor({ state: "hidden" });
  const row = page.getByRole("row").filter({ hasText: "by-entra" });
  await row
    .getByRole("img", { name: "limited to 60 requests per minute, 90,000 tokens per minute" })
    .waitFor();
  await row.click();
  await dialog.getByText("Limited to 60 requests per minute, 90,000 tokens per minute").waitFor();
  await dialog.getByLabel("Requests per minute").fill("");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await dialog.waitFor({ state: "hidden" });
  await row.getByRole("img", { name: "limited to 90,000 tokens per minute" }).waitFor();
});

it("sorts by the clicked column, unused deployments last", async () => {
  const { page } = env.browser;
  const all = page.getByRole("grid", { name: "Deployments" });
  await sortBy(all, "Group", "ascending");
  expect(await firstColumn(all)).toEqual(["azure-model-router", "by-entra", "renamed"]);
  await sortBy(all, "Group", "descending");
  expect(await firstColumn(all)).toEqual(["renamed", "by-entra", "azure-model-router"]);
  for (const way of ["descending", "ascending"] as const) {
    await sortBy(all, "Cost", way);
    expect((await firstColumn(all))[0]).toBe("azure-model-router");
  }
  await sortBy(all, "Cost", "none");
});

it("deletes a deployment even if the page is closed during the delay", async () => {
  const { page } = env.browser;
  const other = await page.context().newPage();
  await other.goto(`${env.at()}/ui/models`);
  await other.getByRole("button", { name: "Actions for by-entra" }).click();
  await other.getByRole("menuitem", { name: "Delete" }).click();
  await other.getByRole("button", { name: "Undo" }).waitFor();
  // After navigating away, no timer of the page runs any more.
  await other.goto("about:blank");
  await expect
    .poll(() => read(env.servers, "/fareway/v1/deployments"), { timeout: 30_000 })
    .not.toMatchObject({
      deployments: expect.arrayContaining([expect.objectContaining({ group: "by-entra" })]),
    });
  await other.close();
  await page.reload();
  await page.getByRole("row").filter({ hasText: "renamed" }).waitFor();
  expect(await page.getByRole("row").filter({ hasText: "by-entra" }).count()).toBe(0);
});

it("deletes a deployment, and undoes that", async () => {
  const { page, errors } = env.browser;
  await page.getByRole("button", { name: "Actions for renamed" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("row").filter({ hasText: "renamed" }).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("row").filter({ hasText: "renamed" }).waitFor();
  // It was disabled before, and is disabled again.
  await page.getByRole("gridcell", { name: "disabled" }).waitFor();
  expect(errors).toEqual([]);
});

it("keeps the cursor while typing in the middle of a search", async () => {
  const { page } = env.browser;
  await page.getByRole("link", { name: "Models" }).click();
  const search = page.getByRole("searchbox", { name: "Search models" });
  await search.fill("azure-model-router");
  for (const key of ["Home", "ArrowRight", "ArrowRight"]) await search.press(key);
  await page.keyboard.type("XYZ");
  expect(await search.inputValue()).toBe("azXYZure-model-router");
  await page.getByText("No matching models").waitFor();
  await search.fill("");
});

it("does not revert somebody else's change", async () => {
  const { page, errors } = env.browser;
  const id = await makeModel(env.servers, "shared");
  await page.reload();
  const row = page.getByRole("row").filter({ hasText: "shared" });
  const dialog = page.getByRole("dialog", { name: "shared" });
  await row.click();
  await dialog.getByLabel("Public name").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await changeModel(env.servers, id, { litellm_params: { rpm: 77 } });
  await row.click();
  await dialog.getByText("Advanced").waitFor();
  expect(await dialog.getByLabel("Requests per minute").inputValue()).toBe("77");
  // The same while the form is open.
  await changeModel(env.servers, id, { litellm_params: { rpm: 78 } });
  await dialog.getByLabel("Tokens per minute").fill("90000");
  const asked = page.waitForRequest((request) => request.url().endsWith("/model/update"));
  await dialog.getByRole("button", { name: "Save changes" }).click();
  expect((await asked).postDataJSON()).toEqual({ model_id: id, litellm_params: { tpm: 90_000 } });
  await row
    .getByRole("img", { name: "limited to 78 requests per minute, 90,000 tokens per minute" })
    .waitFor();
  expect(errors).toEqual([]);
});
