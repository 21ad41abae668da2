/** Settings: prices can be found, health and configuration are told, and no secret is. */
import { expect, it } from "vitest";
import { look, signIn } from "./browser";
import { house } from "./house";
import { AZURE_KEY } from "./servers";

const home = house({ settings: '  alerting: ["slack"]\n' });

it("shows the prices in force and finds one", async () => {
  const { page } = home.browser;
  await signIn(page, home.at());
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("grid", { name: "Prices" }).waitFor();
  await look(page, "settings-prices");
  await page.keyboard.press("/");
  await page.keyboard.type("gpt-5-mini");
  await page.getByRole("grid", { name: "Prices" }).getByText("gpt-5-mini").first().waitFor();
  await page.waitForURL(/search=gpt-5-mini/);
  await page.getByLabel("Find a price").fill("nobody");
  await page.getByRole("heading", { name: "No price fits" }).waitFor();
});

it("tells how store and spool are", async () => {
  const { page } = home.browser;
  await page.getByRole("tab", { name: "Health" }).click();
  await page.getByText("connected").first().waitFor();
  await look(page, "settings-health");
});

it("shows the configuration without its secrets, and what has no effect", async () => {
  const { page, errors } = home.browser;
  await page.getByRole("tab", { name: "Configuration" }).click();
  await page.getByText("general_settings.alerting").waitFor();
  await look(page, "settings-config");
  expect(await page.content()).not.toContain(AZURE_KEY);
  await page.getByRole("switch", { name: "Only these" }).press("Space");
  expect(await page.getByRole("row").count()).toBe(2);
  expect(errors).toEqual([]);
});
