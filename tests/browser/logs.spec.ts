/**
 * Logs page: rows, filters in the URL, receipts, live updates, CSV export, and a key's own view.
 */
import { expect, it } from "vitest";
import { look, signIn } from "./browser";
import { environment } from "./environment";
import { filterServed, openReceipt } from "./flows";
import { ask, makeKey, type Schemas } from "./gateway";

const OWN = "sk-0123456789abcdefghijk1";
const LONG =
  "an-extraordinarily-long-model-name-with-a-vendor-prefix-and-a-date-that-goes-on-2026-11-25";
const env = environment({ settings: "  store_prompts_in_spend_logs: true\n" });

it("says what to do while there are no requests", async () => {
  const { page } = env.browser;
  await signIn(page, env.at());
  await page.goto(`${env.at()}/ui/logs`);
  await page.getByRole("heading", { name: "No requests yet" }).waitFor();
  await look(page, "logs-empty");
});

it("shows the asked and served models and the cost", async () => {
  const { page } = env.browser;
  await makeKey(env.servers, { key: OWN, key_alias: "nightly-batch" });
  await ask(env.servers, "Hello!", { stream: true });
  await ask(env.servers, "<b>bold</b><script>alert(1)</script>", { key: OWN });
  await ask(env.servers, `x [[scenario:unknown-model=${LONG}]]`);
  await ask(env.servers, "x [[scenario:no-usage]]");
  await ask(env.servers, "x [[scenario:rate-limited]]");
  await ask(env.servers, "x [[scenario:routing-details]]");
  await page.reload();
  await page.getByRole("grid", { name: "Requests" }).getByText(LONG).waitFor();
  expect(await page.getByRole("row").count()).toBe(7);
  // They are ordered by time and cannot be sorted.
  expect(await page.getByRole("columnheader").getByRole("button").count()).toBe(0);
  await look(page, "logs");
});

it("opens a receipt by keyboard, with its cost, trace and texts", async () => {
  const { page } = env.browser;
  await page.locator('[data-row="0"]').focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  const receipt = page.getByRole("dialog", { name: "Receipt" });
  await receipt.getByRole("region", { name: "Routing trace", exact: true }).waitFor();
  await receipt.getByRole("cell", { name: "Routing fee" }).waitFor();
  await receipt.getByText("East US 2").waitFor();
  await look(page, "logs-receipt");
  await receipt.getByRole("button", { name: "Explain" }).click();
  await receipt.getByRole("region", { name: "Explanation" }).waitFor();
  await receipt.getByRole("region", { name: "Response", exact: true }).scrollIntoViewIfNeeded();
  await look(page, "logs-receipt-end");
  await page.keyboard.press("Escape");
  await receipt.waitFor({ state: "hidden" });
});

it("shows stored markup as text", async () => {
  const { page } = env.browser;
  await page.locator('[data-row="4"]').click();
  const receipt = page.getByRole("dialog", { name: "Receipt" });
  await receipt.getByText("<b>bold</b><script>alert(1)</script>").first().waitFor();
  expect(await receipt.locator("b, script").count()).toBe(0);
  await page.keyboard.press("Escape");
});

it("keeps filters in the URL, and says when nothing matches", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/logs?cost_status=partial&range=1h`);
  await page.getByText("1 request").waitFor();
  await filterServed(page, "nobody-has-this-name");
  await page.getByRole("heading", { name: "No requests match these filters" }).waitFor();
  expect(page.url()).toContain("served=nobody-has-this-name");
  await look(page, "logs-nothing");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByText("6 requests").waitFor();
});

it("finds a request by Azure's ID, and says when there is none", async () => {
  const { page } = env.browser;
  const id = await page.evaluate(async () => {
    const { requests } = (await (
      await fetch("/fareway/v1/requests?limit=1")
    ).json()) as Schemas["RequestPage"];
    return requests[0]?.provider_request_id ?? "";
  });
  await page.keyboard.press("/");
  await page.keyboard.type(id);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Receipt" }).getByText(id).waitFor();
  await page.goto(`${env.at()}/ui/logs?open=nope`);
  await page.getByRole("heading", { name: "Request not found" }).waitFor();
  await look(page, "logs-no-such");
  await page.keyboard.press("Escape");
  env.browser.errors.splice(
    0,
    env.browser.errors.length,
    ...env.browser.errors.filter((error) => !error.includes("404")),
  );
});

it("adds new requests while live", async () => {
  const { page } = env.browser;
  await page.getByText("Live", { exact: true }).click();
  await page.getByText("6 requests").waitFor();
  await ask(env.servers, "Hello again!");
  await page.getByText("7 requests").waitFor();
});

it("exports the same rows as CSV", async () => {
  const { page } = env.browser;
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("requests.csv");
});

it("shows a key only its own requests", async () => {
  const { page, errors } = env.browser;
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn(page, env.at(), OWN);
  await page.getByText("1 request").waitFor();
  await openReceipt(page, 0);
  const receipt = page.getByRole("dialog", { name: "Receipt" });
  expect(await receipt.getByRole("region", { name: "Prompt and response" }).count()).toBe(0);
  expect(errors).toEqual([]);
});
