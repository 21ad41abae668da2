/**
 * Keys and teams: created, shown once, edited, blocked, unblocked, deleted; and a key's own view.
 */
import type { Request } from "playwright-core";
import { expect, it } from "vitest";
import { look, signIn } from "./browser";
import { firstColumn, environment, sortBy } from "./environment";
import { makeKeyOfForm } from "./flows";
import { ask, makeKey, type Schemas } from "./gateway";
import { KEY } from "./servers";

const OWN = "sk-0123456789abcdefghijk1";
const WIDGET = "chat-widget-of-the-customer-portal-production-eu-west";
const env = environment();

/** The body that the page posts to this path during an action. */
async function sent(path: string, act: () => Promise<void>): Promise<unknown> {
  const { page } = env.browser;
  const asked = (request: Request) =>
    request.method() === "POST" && new URL(request.url()).pathname === path;
  const [request] = await Promise.all([page.waitForRequest(asked), act()]);
  return request.postDataJSON();
}

/** The stored key with this alias. */
async function known(alias: string): Promise<Partial<Schemas["Key"]>> {
  const answer = await fetch(`${env.servers.url}/key/list?key_alias=${alias}`, {
    headers: { authorization: `Bearer ${KEY}` },
  });
  const { keys } = (await answer.json()) as Schemas["KeyList"];
  return keys.find((key) => typeof key !== "string") ?? {};
}

it("says what to do while there are none", async () => {
  const { page } = env.browser;
  await signIn(page, env.at());
  await page.getByRole("link", { name: "Keys" }).click();
  await page.getByRole("heading", { name: "No keys yet" }).waitFor();
  await look(page, "keys-empty");
});

it("creates a team and a key, and shows the key once", async () => {
  const { page } = env.browser;
  await page.getByRole("tab", { name: "Teams" }).click();
  await page.getByRole("button", { name: "New team" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Search");
  await page.getByRole("textbox", { name: "ID" }).fill("search");
  await page.getByLabel("Budget in dollars").fill("12345.67");
  await page.getByRole("button", { name: "Create team" }).click();
  await page
    .getByRole("grid", { name: "Teams" })
    .getByText("$12,345.67", { exact: true })
    .first()
    .waitFor();
  await page.getByRole("tab", { name: "Keys" }).click();
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("nightly-batch");
  await page.getByLabel("Budget in dollars").fill("ten");
  await page.getByText("such as 50 or 0.25").waitFor();
  await look(page, "keys-new");
  await page.getByLabel("Budget in dollars").fill("0.25");
  const secret = await makeKeyOfForm(page);
  await look(page, "keys-once");
  // Neither Esc nor a click outside closes it.
  await page.keyboard.press("Escape");
  await page.mouse.click(4, 4);
  expect(await page.getByLabel("The new key").textContent()).toBe(secret);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("grid", { name: "Keys" }).getByText("nightly-batch").waitFor();
  expect(await page.content()).not.toContain(secret);
});

it("shows what is spent and left", async () => {
  const { page } = env.browser;
  await makeKey(env.servers, {
    key: OWN,
    key_alias: WIDGET,
    team_id: "search",
    max_budget: "4.00",
    budget_duration: "30d",
    rpm_limit: 6000,
    tpm_limit: 1000000,
  });
  await ask(env.servers, "Hello!", { key: OWN });
  await makeKey(env.servers, { key: `${OWN}2`, key_alias: "unlimited", admin: true });
  await page.reload();
  await page.getByRole("grid", { name: "Keys" }).getByText(WIDGET).waitFor();
  await look(page, "keys");
});

it("shows what is left without rounding up, and limits in full", async () => {
  const { page } = env.browser;
  const row = page.getByRole("row").filter({ hasText: WIDGET });
  await row.getByText("$3.99 left").waitFor();
  await row.getByRole("note").focus();
  await page
    .getByRole("tooltip", { name: "6,000 requests per minute, 1,000,000 tokens per minute" })
    .waitFor();
  await row.getByText("$3.99 left").hover();
  await page.getByRole("tooltip", { name: /\$3\.99\d+ left of \$4\.00/ }).waitFor();
  await page.mouse.move(0, 0);
});

it("sorts keys by name and by what was spent", async () => {
  const { page } = env.browser;
  const keys = page.getByRole("grid", { name: "Keys" });
  await sortBy(keys, "Key", "ascending");
  expect((await firstColumn(keys)).map((name) => name.split("\n")[0])).toEqual([
    WIDGET,
    "nightly-batch",
    "unlimited",
  ]);
  await sortBy(keys, "Key", "descending");
  expect((await firstColumn(keys)).at(-1)).toContain(WIDGET);
  expect(page.url()).toContain("sort=-name");
  await sortBy(keys, "Budget", "descending");
  expect((await firstColumn(keys))[0]).toContain(WIDGET);
  await sortBy(keys, "Budget", "ascending");
  await sortBy(keys, "Budget", "none");
});

it("updates only the changed fields of a key, and clears a limit", async () => {
  const { page } = env.browser;
  await page.getByRole("row").filter({ hasText: WIDGET }).getByText(WIDGET).click();
  const dialog = page.getByRole("dialog", { name: `Edit ${WIDGET}` });
  expect(await dialog.getByLabel("Budget in dollars").inputValue()).toBe("4");
  expect(await dialog.getByLabel("Requests per minute").inputValue()).toBe("6,000");
  await dialog.getByText("spent so far").waitFor();
  await look(page, "keys-edit");
  await dialog.getByLabel("Requests per minute").fill("");
  await dialog.getByLabel("Concurrent requests").fill("4");
  await dialog.getByLabel("Budget in dollars").fill("4.5");
  await dialog.getByRole("combobox", { name: "Budget mode" }).click();
  await page.getByRole("option", { name: "soft" }).click();
  const body = await sent("/key/update", () =>
    dialog.getByRole("button", { name: "Save changes" }).click(),
  );
  const key = await known(WIDGET);
  expect(body).toEqual({
    key: key.token,
    rpm_limit: null,
    max_parallel_requests: 4,
    max_budget: "4.5",
    budget_mode: "soft",
  });
  await dialog.waitFor({ state: "hidden" });
  await page
    .getByRole("row")
    .filter({ hasText: WIDGET })
    .getByText("1M tok · 4 concurrent")
    .waitFor();
  expect(await known(WIDGET)).toMatchObject({
    rpm_limit: null,
    tpm_limit: 1_000_000,
    max_parallel_requests: 4,
    max_budget: 4.5,
    budget_duration: "30d",
    team_id: "search",
  });
});

it("removes a key from its team", async () => {
  const { page } = env.browser;
  await page.getByRole("button", { name: `Actions for ${WIDGET}` }).click();
  await page.getByRole("menuitem", { name: "Edit…" }).click();
  const dialog = page.getByRole("dialog", { name: `Edit ${WIDGET}` });
  await dialog.getByRole("combobox", { name: "Team" }).click();
  await page.getByRole("option", { name: "none" }).click();
  expect(
    await sent("/key/update", () => dialog.getByRole("button", { name: "Save changes" }).click()),
  ).toMatchObject({ team_id: null });
  await dialog.waitFor({ state: "hidden" });
  expect(await known(WIDGET)).toMatchObject({ team_id: null });
});

it("edits a team, and says why it cannot be saved", async () => {
  const { page } = env.browser;
  await page.getByRole("tab", { name: "Teams" }).click();
  await page.getByRole("button", { name: "Actions for Search" }).click();
  await page.getByRole("menuitem", { name: "Edit…" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit Search" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Search and find");
  await dialog.getByLabel("Budget in dollars").fill("1000000000000001");
  await dialog.getByLabel("Tokens per minute").fill("250000");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await dialog.getByRole("alert").getByText("from 0 to 1000000000000000").waitFor();
  await look(page, "teams-edit");
  await dialog.getByLabel("Budget in dollars").fill("");
  expect(
    await sent("/team/update", () => dialog.getByRole("button", { name: "Save changes" }).click()),
  ).toEqual({
    team_id: "search",
    team_alias: "Search and find",
    max_budget: null,
    tpm_limit: 250_000,
  });
  await dialog.waitFor({ state: "hidden" });
  const row = page.getByRole("row").filter({ hasText: "Search and find" });
  await row.getByText("no budget").waitFor();
  await row.getByText("250k tok").waitFor();
});

it("deletes a team without keys", async () => {
  const { page } = env.browser;
  await page.getByRole("button", { name: "Actions for Search and find" }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "No teams yet" }).waitFor();
  await page.getByRole("tab", { name: "Keys" }).click();
});

it("finds keys by part of their name", async () => {
  const { page } = env.browser;
  await page.getByLabel("Find by name").fill("BATCH");
  await page.getByRole("row").filter({ hasText: WIDGET }).waitFor({ state: "detached" });
  await page.getByRole("grid", { name: "Keys" }).getByText("nightly-batch").waitFor();
  await page.getByLabel("Find by name").fill("");
  await page.getByRole("row").filter({ hasText: WIDGET }).waitFor();
});

it("blocks, unblocks, and deletes after a confirmation", async () => {
  const { page } = env.browser;
  const menu = page.getByRole("button", { name: "Actions for nightly-batch" });
  const badge = page.getByRole("grid", { name: "Keys" }).getByText("blocked", { exact: true });
  await menu.click();
  await page.getByRole("menuitem", { name: "Block", exact: true }).click();
  await badge.waitFor();
  expect(await known("nightly-batch")).toMatchObject({ blocked: true });
  await menu.click();
  await page.getByRole("menuitem", { name: "Unblock" }).click();
  await badge.waitFor({ state: "detached" });
  expect(await known("nightly-batch")).toMatchObject({ blocked: false });
  await menu.click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page
    .getByRole("grid", { name: "Keys" })
    .getByText("nightly-batch")
    .waitFor({ state: "detached" });
});

it("sorts all keys, including those not loaded yet", async () => {
  const { page } = env.browser;
  for (let place = 0; place < 120; place += 1)
    await makeKey(env.servers, { key_alias: `many-${String(place).padStart(3, "0")}` });
  await page.reload();
  const keys = page.getByRole("grid", { name: "Keys" });
  // The newest come first, one hundred per page.
  await keys.getByText("many-119").waitFor();
  await sortBy(keys, "Key", "ascending");
  await keys.getByText("many-000").waitFor();
  expect((await firstColumn(keys)).slice(0, 3).map((name) => name.split("\n")[0])).toEqual([
    WIDGET,
    "many-000",
    "many-001",
  ]);
  await sortBy(keys, "Key", "descending");
  expect((await firstColumn(keys))[0]).toContain("unlimited");
});

it("shows a key only itself", async () => {
  const { page, errors } = env.browser;
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn(page, env.at(), OWN);
  await page.getByRole("link", { name: "Keys" }).click();
  await page.getByRole("heading", { name: WIDGET }).waitFor();
  await look(page, "keys-own");
  // A key is read-only: it is offered no actions, and told why.
  expect(await page.getByRole("link", { name: "Playground" }).count()).toBe(0);
  expect(await page.getByRole("button", { name: /New|Edit|Actions/ }).count()).toBe(0);
  await page.goto(`${env.at()}/ui/playground`);
  await page.getByRole("heading", { name: "Not available to this key" }).waitFor();
  await page.goto(`${env.at()}/ui/keys`);
  await page.getByRole("heading", { name: WIDGET }).waitFor();
  expect(await page.getByText("unlimited").count()).toBe(0);
  // The browser reports the budget that was refused above, as expected.
  expect(errors.filter((error) => !error.includes("400"))).toEqual([]);
});
