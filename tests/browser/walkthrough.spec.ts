/**
 * End to end: a model router is added, tested and used, and the cost is that of the served model.
 */
import { expect, it } from "vitest";
import { look } from "./browser";
import { environment } from "./environment";
import { addModel, nameModel, say, testConnection } from "./flows";
import { read, type Schemas } from "./gateway";
import { AZURE_KEY } from "./servers";

const GROUP = "my-router";
const env = environment({ signedIn: true });

it("opens Models, and selects the provider", async () => {
  const { page } = env.browser;
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("button", { name: "Add model" }).click();
  const form = page.getByRole("dialog", { name: "Add model" });
  await form.getByRole("combobox", { name: "Provider" }).click();
  const providers = page.getByRole("option");
  expect(await providers.first().innerText()).toBe("Azure AI Foundry (Studio)");
  await look(page, "walkthrough-1-provider");
  await form.getByRole("combobox", { name: "Provider" }).fill("foundry");
  await page.getByRole("option", { name: "Azure AI Foundry (Studio)" }).click();
});

it("accepts a custom model name with its prefix", async () => {
  await nameModel(env.browser.page, GROUP);
});

it("accepts API base and key as shown in the portal, and tests the connection", async () => {
  const { page } = env.browser;
  const form = page.getByRole("dialog", { name: "Add model" });
  await form.getByLabel("API base").fill(`${env.servers.azure}/openai/v1/`);
  await form.getByText(`${env.servers.azure}/openai/v1/chat/completions`).waitFor();
  await form.getByRole("textbox", { name: "API key" }).fill(AZURE_KEY);
  await look(page, "walkthrough-2-form");
  await testConnection(page, AZURE_KEY);
  await look(page, "walkthrough-3-test");
});

it("adds the model", async () => {
  await addModel(env.browser.page, GROUP);
});

/** The served model and its cost, according to the receipt and then the ledger. */
let served = "";
let amount = "";

it("sends it a message in the playground", async () => {
  const { page } = env.browser;
  await page.getByRole("link", { name: "Playground" }).click();
  await page.getByRole("combobox", { name: "Model group" }).click();
  await page.getByRole("option", { name: GROUP }).click();
  await say(page, "Hello!", 1);
  const receipt = page.getByRole("group", { name: "Receipt" });
  await receipt.getByText("exact").waitFor();
  served = (await receipt.innerText()).split("\n")[0]?.trim() ?? "";
  amount = /\$0\.0\d+/.exec(await receipt.innerText())?.[0] ?? "";
  expect(served).not.toMatch(/^$|router/);
  await look(page, "walkthrough-4-playground");
});

it("finds it in the logs, at the cost of the served model", async () => {
  const { page } = env.browser;
  // Checked independently: the emulator's token count at the model's price.
  const {
    requests: [entry],
  } = await read<Schemas["RequestPage"]>(
    env.servers,
    "/fareway/v1/requests?limit=1&outcome=completed",
  );
  expect(entry?.served).toBe(served);
  const { cost } = await read<Schemas["Request"]>(
    env.servers,
    `/fareway/v1/requests/${entry?.id ?? ""}`,
  );
  expect(cost.price?.id.startsWith(`${served.replace(/-\d{4}-\d\d-\d\d$/, "")}/`)).toBe(true);
  expect(`$${cost.total}`.startsWith(amount)).toBe(true);
  await page.getByRole("link", { name: "Logs" }).click();
  await shown();
  await look(page, "walkthrough-5-logs");
});

it("still has everything after a restart of the gateway", async () => {
  const { page, errors } = env.browser;
  await env.servers.restart();
  await page.goto(`${env.at()}/ui/models`);
  await page.getByRole("row").filter({ hasText: GROUP }).getByText("healthy").waitFor();
  await page.getByRole("link", { name: "Logs" }).click();
  await shown();
  // The stored credential still works, too.
  await page.getByRole("link", { name: "Playground" }).click();
  await page.getByRole("combobox", { name: "Model group" }).click();
  await page.getByRole("option", { name: GROUP }).click();
  await page.getByRole("textbox", { name: "Message" }).fill("Hello again!");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("group", { name: "Receipt" }).getByText("exact").waitFor();
  expect(errors).toEqual([]);
});

/** Waits until Logs shows the request with its served model and cost. */
async function shown(): Promise<void> {
  const row = env.browser.page
    .getByRole("row")
    .filter({ hasText: GROUP })
    .filter({ hasText: amount.slice(0, 7) })
    .first();
  await row.getByText(served).waitFor();
}
