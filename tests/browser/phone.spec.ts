/** The main flow of each page on a phone in the dark theme, from one page to the next. */
import { beforeAll, expect, it } from "vitest";
import { lookAt, signIn } from "./browser";
import { firstColumn, environment, sortBy } from "./environment";
import {
  addModel,
  choosePeriod,
  filterServed,
  findPrice,
  goTo,
  makeKeyOfForm,
  nameModel,
  openReceipt,
  say,
  testConnection,
} from "./flows";
import { ask } from "./gateway";
import { AZURE_KEY } from "./servers";

const GROUP = "on-the-way";
const env = environment({ before: (servers) => ask(servers, "Hello! [[scenario:served=grok-4]]") });
const see = (name: string) => lookAt(env.browser.page, `phone-${name}`, 390, "dark");

beforeAll(async () => {
  const { page } = env.browser;
  await page.setViewportSize({ width: 390, height: 800 });
  await page.emulateMedia({ colorScheme: "dark" });
  await signIn(page, env.at());
});

it("adds a model whose connection is tested", async () => {
  const { page } = env.browser;
  await goTo(page, "Models");
  await page.getByRole("button", { name: "Add model" }).click();
  await nameModel(page, GROUP);
  const form = page.getByRole("dialog", { name: "Add model" });
  await form.getByLabel("API base").fill(`${env.servers.azure}/openai/v1/`);
  await form.getByRole("textbox", { name: "API key" }).fill(AZURE_KEY);
  await testConnection(page, AZURE_KEY);
  await see("test");
  await addModel(page, GROUP);
  await see("models");
});

it("sends it a message, and shows the request as code", async () => {
  const { page } = env.browser;
  await page.getByRole("button", { name: `Actions for ${GROUP}` }).click();
  await page.getByRole("menuitem", { name: "Open in playground" }).click();
  await say(page, "What is a fare?", 1);
  await page.getByRole("button", { name: "Code" }).click();
  await page
    .getByRole("dialog", { name: "This request as code" })
    .getByText(`"model": "${GROUP}"`)
    .waitFor();
  await see("code");
  await page.keyboard.press("Escape");
});

it("opens a receipt, and filters by served model", async () => {
  const { page } = env.browser;
  await goTo(page, "Logs");
  await openReceipt(page, 0);
  await see("receipt");
  await page
    .getByRole("dialog", { name: "Receipt" })
    .getByRole("button", { name: "Close" })
    .click();
  await page.getByRole("dialog", { name: "Receipt" }).waitFor({ state: "hidden" });
  await filterServed(page, "grok-4");
  await page.getByText("1 request", { exact: true }).waitFor();
  expect(await page.locator("[data-row]").count()).toBe(1);
  await see("logs");
});

it("changes the period, and sorts served models", async () => {
  const { page } = env.browser;
  await goTo(page, "Usage");
  await choosePeriod(page, "7 days");
  await page.waitForURL("**range=7d**");
  const served = page.getByRole("grid", { name: "Served" });
  const natural = (await firstColumn(served)).slice(0, -1);
  await sortBy(served, "Spend", "descending");
  await sortBy(served, "Spend", "ascending");
  // The fee stays where it is.
  expect((await firstColumn(served)).slice(0, -1)).toEqual(natural.toReversed());
  await see("usage");
});

it("creates a key", async () => {
  const { page } = env.browser;
  await goTo(page, "Keys");
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("nightly-batch");
  await page.getByLabel("Budget in dollars").fill("0.25");
  const secret = await makeKeyOfForm(page);
  await see("key-once");
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("grid", { name: "Keys" }).getByText("nightly-batch").waitFor();
  expect(await page.content()).not.toContain(secret);
  await see("keys");
});

it("finds a price", async () => {
  const { page, errors } = env.browser;
  await goTo(page, "Settings");
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByRole("list", { name: "Prices to review" }).waitFor();
  await findPrice(page, "gpt-5-mini");
  await see("prices");
  expect(errors).toEqual([]);
});
