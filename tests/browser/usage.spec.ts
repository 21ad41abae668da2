/** Usage: sums by day and model, narrowing, what is not priced, and repricing. */
import { expect, it } from "vitest";
import { look, signIn } from "./browser";
import { ask, makeKey, makeTeam } from "./gateway";
import { house } from "./house";

const OWN = "sk-0123456789abcdefghijk1";
const LONG = "an-extraordinarily-long-model-name-with-a-vendor-prefix-and-a-date-that-goes-on-2026-11-25";
const home = house();

it("says what to do while there is nothing", async () => {
  const { page } = home.browser;
  await signIn(page, home.at());
  await page.getByRole("link", { name: "Usage" }).click();
  await page.getByRole("heading", { name: "Nothing was asked in these days" }).waitFor();
  await look(page, "usage-empty");
});

it("shows where the money went", async () => {
  const { page } = home.browser;
  await makeTeam(home.servers, { team_id: "search", team_alias: "Search" });
  await makeKey(home.servers, { key: OWN, key_alias: "nightly-batch", team_id: "search" });
  await ask(home.servers, "Hello!", { tags: ["prod", "eval"] });
  await ask(home.servers, "Hello!", { key: OWN, tags: ["prod"] });
  for (const served of ["grok-4", "gpt-5", "gpt-4.1-mini-2025-04-14", "gpt-oss-120b"]) await ask(home.servers, `x [[scenario:served=${served}]]`, { key: OWN });
  await ask(home.servers, `x [[scenario:unknown-model=${LONG}]]`);
  await ask(home.servers, "x [[scenario:no-usage]]");
  await page.reload();
  await page.getByRole("region", { name: "Served" }).getByText(LONG).waitFor();
  await page.locator(".recharts-wrapper svg").first().waitFor();
  await page.getByRole("region", { name: "Key" }).getByText("nightly-batch").waitFor();
  await look(page, "usage");
});

it("narrows to what one picks, in the URL", async () => {
  const { page } = home.browser;
  await page.getByRole("button", { name: "nightly-batch" }).click();
  await page.getByRole("button", { name: "Remove key" }).waitFor();
  expect(page.url()).toContain("key=");
  await page.getByRole("radiogroup", { name: "Kept apart by" }).getByText("Tag").click();
  await page.getByRole("region", { name: "Tag" }).getByText("prod").waitFor();
  await page.getByRole("button", { name: "Remove key" }).click();
});

it("leads to what has no price, and tells what repricing would do", async () => {
  const { page } = home.browser;
  await page.getByRole("button", { name: "Reprice…" }).click();
  const dialog = page.getByRole("dialog", { name: "Reprice" });
  await dialog.getByText("none would change").waitFor();
  expect(await dialog.getByRole("button", { name: "Nothing to reprice" }).isDisabled()).toBe(true);
  await look(page, "usage-reprice");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "1 request priced in part" }).click();
  await page.getByRole("grid", { name: "Requests" }).getByText(LONG).waitFor();
  expect(await page.getByRole("row").count()).toBe(2);
});

it("shows a key its own spending", async () => {
  const { page, errors } = home.browser;
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn(page, home.at(), OWN);
  await page.getByRole("link", { name: "Usage" }).click();
  await page.getByText("What your key spent").waitFor();
  await page.getByRole("region", { name: "Tag" }).waitFor();
  expect(await page.getByText(LONG).count()).toBe(0);
  expect(errors).toEqual([]);
});
