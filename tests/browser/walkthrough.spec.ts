/** The whole way: a model router is added, tested and asked, and its cost is that of what served. */
import { expect, it } from "vitest";
import { look } from "./browser";
import { addModel, nameModel, say, testConnection } from "./flows";
import { read } from "./gateway";
import { house } from "./house";
import { AZURE_KEY } from "./servers";

const GROUP = "my-router";
const home = house({ signedIn: true });

it("goes to Models, and selects the provider", async () => {
  const { page } = home.browser;
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

it("takes a custom model name, prefix first", async () => {
  await nameModel(home.browser.page, GROUP);
});

it("takes API base and key as the portal shows them, and tests the connection", async () => {
  const { page } = home.browser;
  const form = page.getByRole("dialog", { name: "Add model" });
  await form.getByLabel("API base").fill(`${home.servers.azure}/openai/v1/`);
  await form.getByText(`${home.servers.azure}/openai/v1/chat/completions`).waitFor();
  await form.getByRole("textbox", { name: "API key" }).fill(AZURE_KEY);
  await look(page, "walkthrough-2-form");
  await testConnection(page, AZURE_KEY);
  await look(page, "walkthrough-3-test");
});

it("adds the model", async () => {
  await addModel(home.browser.page, GROUP);
});

/** What was served, as the receipt under the answer and then the books say. */
let served = "";
let amount = "";

it("asks it in the playground", async () => {
  const { page } = home.browser;
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

it("finds it in the logs, at the cost of what served", async () => {
  const { page } = home.browser;
  // Not the gateway's word: what the pretend Azure counted, at the price that is told for the model.
  const {
    requests: [entry],
  } = (await read(home.servers, "/fareway/v1/requests?limit=1&outcome=completed")) as {
    requests: [{ id: string; served: string }];
  };
  expect(entry.served).toBe(served);
  const { cost } = (await read(home.servers, `/fareway/v1/requests/${entry.id}`)) as {
    cost: { total: string; price: { id: string } };
  };
  expect(cost.price.id.startsWith(`${served.replace(/-\d{4}-\d\d-\d\d$/, "")}/`)).toBe(true);
  expect(`$${cost.total}`.startsWith(amount)).toBe(true);
  await page.getByRole("link", { name: "Logs" }).click();
  await shown();
  await look(page, "walkthrough-5-logs");
});

it("has all of it after a restart of the gateway", async () => {
  const { page, errors } = home.browser;
  await home.servers.restart();
  await page.goto(`${home.at()}/ui/models`);
  await page.getByRole("row").filter({ hasText: GROUP }).getByText("healthy").waitFor();
  await page.getByRole("link", { name: "Logs" }).click();
  await shown();
  // The stored credential is, too.
  await page.getByRole("link", { name: "Playground" }).click();
  await page.getByRole("combobox", { name: "Model group" }).click();
  await page.getByRole("option", { name: GROUP }).click();
  await page.getByRole("textbox", { name: "Message" }).fill("Hello again!");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("group", { name: "Receipt" }).getByText("exact").waitFor();
  expect(errors).toEqual([]);
});

/** Logs shows the request with what served and what that cost. */
async function shown(): Promise<void> {
  const row = home.browser.page
    .getByRole("row")
    .filter({ hasText: GROUP })
    .filter({ hasText: amount.slice(0, 7) })
    .first();
  await row.getByText(served).waitFor();
}
