/** Deletions that can be undone for a while, also from other pages and when signing out. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { signIn } from "./browser";
import { environment } from "./environment";
import { goTo } from "./flows";
import { makeModel, read, type Schemas } from "./gateway";

const env = environment({
  before: async (servers) => {
    for (const name of ["shared", "passing"]) await makeModel(servers, name);
  },
  signedIn: true,
});

/** The current model groups. */
const groups = async () =>
  (await read<Schemas["DeploymentsNow"]>(env.servers, "/fareway/v1/deployments")).deployments.map(
    ({ group }) => group,
  );

it("keeps a deletion undoable on other pages, and while the pointer rests on it", async () => {
  const { page, errors } = env.browser;
  const row = page.getByRole("row").filter({ hasText: "shared" });
  await goTo(page, "Models");
  await page.getByRole("button", { name: "Actions for shared" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await row.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Undo" }).hover();
  await goTo(page, "Logs");
  await goTo(page, "Models");
  await page.getByRole("row").filter({ hasText: "passing" }).waitFor();
  expect(await row.count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).hover();
  await pause(9_000);
  expect(await groups()).toContain("shared");
  await page.getByRole("button", { name: "Undo" }).click();
  await row.waitFor();
  await row.getByRole("gridcell", { name: "disabled" }).waitFor({ state: "hidden" });
  await pause(9_000);
  expect(await groups()).toContain("shared");
  expect(errors).toEqual([]);
});

it("deletes after the delay, also after leaving the page", async () => {
  const { page, errors } = env.browser;
  await page.getByRole("button", { name: "Actions for passing" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await goTo(page, "Logs");
  await page.mouse.move(0, 0);
  await expect.poll(groups, { timeout: 30_000 }).not.toContain("passing");
  await goTo(page, "Models");
  await page.getByRole("row").filter({ hasText: "shared" }).waitFor();
  expect(await page.getByRole("row").filter({ hasText: "passing" }).count()).toBe(0);
  expect(errors).toEqual([]);
});

it("finishes a deletion before signing out", async () => {
  const { page, errors } = env.browser;
  await page.getByRole("button", { name: "Actions for shared" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Undo" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await groups()).not.toContain("shared");
  // Longer than the undo delay: nothing is sent without a session.
  await pause(9_000);
  expect(await page.getByRole("alert").count()).toBe(0);
  await signIn(page, env.at());
  expect(errors).toEqual([]);
});
