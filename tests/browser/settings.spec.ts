/** Settings page: price search, health and configuration, without secrets. */
import { expect, it } from "vitest";
import { look, lookAt, signIn } from "./browser";
import { firstColumn, environment, sortBy } from "./environment";
import { findPrice } from "./flows";
import { read, type Schemas } from "./gateway";
import { AZURE_KEY } from "./servers";

const env = environment({ settings: '  alerting: ["slack"]\n' });

it("shows the prices in force and finds one", async () => {
  const { page } = env.browser;
  await signIn(page, env.at());
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("grid", { name: "Prices" }).waitFor();
  await look(page, "settings-prices");
  const all = page.getByRole("list", { name: "Prices to review" });
  await page.getByRole("button", { name: "Show all" }).click();
  const {
    prices: { reviews },
  } = await read<Schemas["Settings"]>(env.servers, "/fareway/v1/settings");
  expect(reviews.length).toBeGreaterThan(1);
  expect(await all.getByRole("listitem").allInnerTexts()).toEqual(
    reviews.map(({ price_id, by }) => expect.stringMatching(new RegExp(`^${by}[^]*${price_id}$`))),
  );
  await lookAt(page, "settings-reviews", 1280, "light");
  await page.getByRole("button", { name: "Hide" }).click();
  await all.waitFor({ state: "detached" });
  await findPrice(page, "gpt-5-mini");
  await page.waitForURL(/search=gpt-5-mini/);
  await page.getByLabel("Find a price").fill("nobody");
  await page.getByRole("heading", { name: "No matching prices" }).waitFor();
});

it("sorts prices, missing ones last", async () => {
  const { page } = env.browser;
  const prices = page.getByRole("grid", { name: "Prices" });
  await page.getByLabel("Find a price").fill("");
  await prices.waitFor();
  const cached = () => prices.locator("[data-row] > [role=gridcell]:nth-child(5)").allInnerTexts();
  await sortBy(prices, "Cached", "descending");
  const dearest = (await cached()).map((price) => Number(price.replaceAll(/[$,]/g, "")));
  expect(dearest).toEqual(dearest.toSorted((a, b) => b - a));
  await sortBy(prices, "Cached", "ascending");
  // All rows are sorted, not only the visible ones.
  expect(Number((await cached())[0]?.replace("$", ""))).toBeLessThan(dearest.at(-1) ?? 0);
  await prices.evaluate((grid) => {
    grid.scrollTop = grid.scrollHeight;
  });
  await prices
    .locator(`[aria-rowindex="${(await prices.getAttribute("aria-rowcount")) ?? ""}"]`)
    .getByLabel("no price")
    .first()
    .waitFor();
  await sortBy(prices, "Model", "ascending");
  const models = await firstColumn(prices);
  expect(models[0]?.localeCompare(models.at(-1) ?? "", "en", { numeric: true })).toBe(-1);
});

it("shows the state of store and spool", async () => {
  const { page } = env.browser;
  await page.getByRole("tab", { name: "Health" }).click();
  await page.getByText("connected").first().waitFor();
  await look(page, "settings-health");
});

it("shows the configuration without its secrets, and what has no effect", async () => {
  const { page, errors } = env.browser;
  await page.getByRole("tab", { name: "Configuration" }).click();
  await page.getByText("general_settings.alerting").waitFor();
  await look(page, "settings-config");
  expect(await page.content()).not.toContain(AZURE_KEY);
  await page.getByRole("switch", { name: "Show only these" }).press("Space");
  expect(await page.getByRole("row").count()).toBe(2);
  expect(errors).toEqual([]);
});
