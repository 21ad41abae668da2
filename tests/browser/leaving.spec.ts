/** Deletions that can be undone for a while: wherever one goes meanwhile, and when one signs out. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { signIn } from "./browser";
import { goTo } from "./flows";
import { makeModel, read } from "./gateway";
import { house } from "./house";

const home = house({
  before: async (servers) => {
    for (const name of ["shared", "passing"]) await makeModel(servers, name);
  },
  signedIn: true,
});

/** The groups that the gateway has now. */
const groups = async () =>
  (
    (await read(home.servers, "/fareway/v1/deployments")) as { deployments: { group: string }[] }
  ).deployments.map(({ group }) => group);

it("keeps a deletion and its undo while one looks elsewhere, and as long as the pointer rests on it", async () => {
  const { page, errors } = home.browser;
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

it("is deleted after its time, also where its page is left", async () => {
  const { page, errors } = home.browser;
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

it("finishes a deletion before one signs out", async () => {
  const { page, errors } = home.browser;
  await page.getByRole("button", { name: "Actions for shared" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Undo" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await groups()).not.toContain("shared");
  // Longer than it could have been undone: nothing is tried without a session.
  await pause(9_000);
  expect(await page.getByRole("alert").count()).toBe(0);
  await signIn(page, home.at());
  expect(errors).toEqual([]);
});
