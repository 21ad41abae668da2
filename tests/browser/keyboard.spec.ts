/**
 * Keyboard use: `/` on each page, arrows in tables, Esc, the browser's Back, and unknown addresses.
 */
import { expect, it } from "vitest";
import { look } from "./browser";
import { environment } from "./environment";
import { ask } from "./gateway";

const env = environment({
  settings: '  alerting: ["slack"]\n',
  before: async (servers) => {
    for (let place = 0; place < 4; place += 1) await ask(servers, `Question ${String(place)}`);
  },
  signedIn: true,
});

/** The name of the focused element. */
const focused = () =>
  env.browser.page.evaluate(
    () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.tagName,
  );
const receipt = () => env.browser.page.getByRole("dialog", { name: "Receipt" });

it.each([
  ["/models", "Models", "Search models"],
  ["/playground", "Playground", "Message"],
  ["/logs", "Logs", "Find by request ID or apim-request-id"],
  ["/usage", "Usage", "Find in the tables"],
  ["/keys", "Keys", "Find by name"],
  ["/keys?of=team", "Keys", "Find by name"],
  ["/settings", "Settings", "Find a price"],
  ["/settings?tab=config", "Settings", "Find a key"],
])(
  "focuses the main field of %s with a slash, and leaves it with Esc",
  async (path, heading, field) => {
    const { page } = env.browser;
    await page.goto(`${env.at()}/ui${path}`);
    await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
    await page.getByLabel(field, { exact: true }).waitFor();
    await page.keyboard.press("/");
    expect(await focused()).toBe(field);
    // Inside a text field it is an ordinary character.
    await page.keyboard.press("/");
    expect(await page.getByLabel(field, { exact: true }).inputValue()).toBe("/");
    await page.keyboard.press("Escape");
    expect(await focused()).toBe("BODY");
  },
);

it("finds a key of the configuration, and moves through its rows", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/settings?tab=config`);
  const rows = page.getByRole("grid", { name: "Configuration" }).locator("[data-row]");
  await rows.first().waitFor();
  const all = await rows.count();
  await rows.first().focus();
  const place = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset["row"]);
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => (document.activeElement as HTMLElement).dataset["row"] === "1");
  await page.keyboard.press("End");
  await page.waitForFunction(
    (last) => (document.activeElement as HTMLElement).dataset["row"] === String(last),
    all - 1,
  );
  await page.keyboard.press("ArrowDown");
  expect(await place()).toBe(String(all - 1));
  await page.getByLabel("Find a key").fill("ALERTING");
  await page.getByText("general_settings.alerting").waitFor();
  expect(await rows.count()).toBe(1);
  await look(page, "settings-config-found");
  await page.getByLabel("Find a key").fill("nobody");
  await page.getByRole("heading", { name: "No matching keys" }).waitFor();
});

it("closes a receipt with Back, opens it again with Forward, and closes it with Esc", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/models`);
  await page.getByRole("link", { name: "Logs" }).click();
  await page.locator('[data-row="1"]').focus();
  await page.keyboard.press("Enter");
  await receipt().getByRole("region", { name: "Cost" }).waitFor();
  await page.goBack();
  await receipt().waitFor({ state: "hidden" });
  await page.getByRole("heading", { name: "Logs", level: 1 }).waitFor();
  await page.goForward();
  await receipt().getByRole("region", { name: "Cost" }).waitFor();
  await page.keyboard.press("Escape");
  await receipt().waitFor({ state: "hidden" });
  // Opened again, with one Esc too many, which must not go back further.
  await page.goForward();
  await receipt().getByRole("region", { name: "Cost" }).waitFor();
  await page.evaluate(() => {
    for (const _ of [1, 2])
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true }),
      );
  });
  await receipt().waitFor({ state: "hidden" });
  await page.getByRole("heading", { name: "Logs", level: 1 }).waitFor();
  // It leaves no history entry: one step back is the previous page.
  await page.goBack();
  await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();
});

it("stays on the page when a receipt opened by a link is closed", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/logs`);
  await page.locator('[data-row="0"]').click();
  await receipt().getByRole("region", { name: "Cost" }).waitFor();
  const address = page.url();
  await page.goto("about:blank");
  await page.goto(address);
  await receipt().getByRole("region", { name: "Cost" }).waitFor();
  await page.keyboard.press("Escape");
  await receipt().waitFor({ state: "hidden" });
  expect(page.url()).toBe(`${env.at()}/ui/logs`);
});

it("does not focus a field behind a receipt", async () => {
  const { page } = env.browser;
  await page.locator('[data-row="0"]').click();
  await receipt().getByRole("region", { name: "Cost" }).waitFor();
  await page.keyboard.press("/");
  expect(await focused()).not.toBe("Find by request ID or apim-request-id");
  await page.keyboard.press("Escape");
});

it("closes the other drawers with Esc", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/models`);
  await page.getByRole("button", { name: "Add model" }).click();
  const form = page.getByRole("dialog", { name: "Add model" });
  await form.waitFor();
  await page.keyboard.press("Escape");
  await form.waitFor({ state: "hidden" });
});

it("offers links on an unknown address", async () => {
  const { page, errors } = env.browser;
  await page.goto(`${env.at()}/ui/nowhere/at/all`);
  await page.getByRole("heading", { name: "Page not found" }).waitFor();
  await look(page, "no-such-page");
  await page.getByRole("main").getByRole("link", { name: "Logs" }).click();
  await page.getByRole("heading", { name: "Logs", level: 1 }).waitFor();
  expect(errors).toEqual([]);
});
