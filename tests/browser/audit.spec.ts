/** Audit page: changes are listed, can be filtered, and show no secret. */
import { expect, it } from "vitest";
import { look, signIn } from "./browser";
import { environment } from "./environment";
import type { Schemas } from "./gateway";
import { KEY } from "./servers";

const env = environment();

it("shows who changed what, and filters it", async () => {
  const { page } = env.browser;
  const made = await fetch(`${env.at()}/key/generate`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ key_alias: "batch", max_budget: 5 }),
  });
  const { key } = (await made.json()) as Schemas["KeyMade"];
  await fetch(`${env.at()}/key/update`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ key, max_budget: "7.5" }),
  });
  await signIn(page, env.at());
  await page.getByRole("link", { name: "Audit" }).click();
  const grid = page.getByRole("grid", { name: "Audit" });
  await grid.getByText("max_budget 5 → 7.5").waitFor();
  await grid.getByText("Signed in").waitFor();
  await look(page, "audit");
  await page.getByRole("combobox", { name: "Action" }).fill("Changed key");
  await page.getByRole("option", { name: "Changed key" }).click();
  await page.waitForURL(/action=update_key/);
  await grid.getByText("Created key").waitFor({ state: "detached" });
  await grid.getByText("max_budget 5 → 7.5").click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("table", { name: "Change" }).getByText("7.5").waitFor();
  expect(await drawer.innerText()).toContain("Master key");
  expect(await page.content()).not.toContain(key);
});

it("says that no entries match", async () => {
  const { page, errors } = env.browser;
  await page.goto(`${env.at()}/ui/audit?actor=nobody-of-this-name`);
  await page.getByRole("heading", { name: "No entries match these filters" }).waitFor();
  expect(errors).toEqual([]);
});
