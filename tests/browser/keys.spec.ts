/** Keys and teams: made, shown once, limited, blocked, deleted; and what a key sees of itself. */
import { expect, it } from "vitest";
import { look, signIn } from "./browser";
import { ask, makeKey } from "./gateway";
import { house } from "./house";

const OWN = "sk-0123456789abcdefghijk1";
const WIDGET = "chat-widget-of-the-customer-portal-production-eu-west";
const home = house();

it("says what to do while there are none", async () => {
  const { page } = home.browser;
  await signIn(page, home.at());
  await page.getByRole("link", { name: "Keys" }).click();
  await page.getByRole("heading", { name: "No keys yet" }).waitFor();
  await look(page, "keys-empty");
});

it("makes a team and a key, and shows the key once", async () => {
  const { page } = home.browser;
  await page.getByRole("tab", { name: "Teams" }).click();
  await page.getByRole("button", { name: "New team" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Search");
  await page.getByRole("textbox", { name: "Id" }).fill("search");
  await page.getByLabel("Budget in dollars").fill("12345.67");
  await page.getByRole("button", { name: "Make team" }).click();
  await page.getByRole("grid", { name: "Teams" }).getByText("$12,345.67", { exact: true }).first().waitFor();
  await page.getByRole("tab", { name: "Keys" }).click();
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("nightly-batch");
  await page.getByLabel("Budget in dollars").fill("ten");
  await page.getByText("Dollars, such as 50 or 0.25").waitFor();
  await look(page, "keys-new");
  await page.getByLabel("Budget in dollars").fill("0.25");
  await page.getByRole("button", { name: "Make key" }).click();
  const secret = await page.getByLabel("The new key").textContent();
  expect(secret).toMatch(/^sk-.{17,}$/);
  await look(page, "keys-once");
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("grid", { name: "Keys" }).getByText("nightly-batch").waitFor();
  expect(await page.content()).not.toContain(secret);
});

it("shows what is spent and left", async () => {
  const { page } = home.browser;
  await makeKey(home.servers, { key: OWN, key_alias: WIDGET, team_id: "search", max_budget: "4.00", budget_duration: "30d", rpm_limit: 6000, tpm_limit: 1000000 });
  await ask(home.servers, "Hello!", { key: OWN });
  await makeKey(home.servers, { key: `${OWN}2`, key_alias: "unlimited", admin: true });
  await page.reload();
  await page.getByRole("grid", { name: "Keys" }).getByText(WIDGET).waitFor();
  await look(page, "keys");
});

it("blocks and deletes after asking", async () => {
  const { page } = home.browser;
  const menu = page.getByRole("button", { name: "What to do with nightly-batch" });
  await menu.click();
  await page.getByRole("menuitem", { name: "Block" }).click();
  await page.getByRole("grid", { name: "Keys" }).getByText("blocked").waitFor();
  await menu.click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("grid", { name: "Keys" }).getByText("nightly-batch").waitFor({ state: "detached" });
});

it("shows a key itself only", async () => {
  const { page, errors } = home.browser;
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn(page, home.at(), OWN);
  await page.getByRole("link", { name: "Keys" }).click();
  await page.getByRole("heading", { name: WIDGET }).waitFor();
  await look(page, "keys-own");
  expect(await page.getByText("unlimited").count()).toBe(0);
  expect(errors).toEqual([]);
});
