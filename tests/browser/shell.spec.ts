/** Signing in and out, and the frame of every page. */
import { expect, it } from "vitest";
import { look, signIn } from "./browser";
import { environment } from "./environment";
import { goTo } from "./flows";
import type { Schemas } from "./gateway";
import { KEY } from "./servers";

const env = environment();

it("rejects a wrong key and says so", async () => {
  const { page } = env.browser;
  await signIn(page, env.at(), "sk-wrong");
  await page.getByRole("alert").getByText("This key is not valid here").waitFor();
  await look(page, "sign-in");
});

it("shows every page to the operator, and returns to the requested one", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/usage?team=a`);
  await page.getByLabel("Key", { exact: true }).fill("sk-1234");
  await page.getByLabel("Key", { exact: true }).press("Enter");
  await page.getByRole("heading", { name: "Usage", level: 1 }).waitFor();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/ui/usage?team=a");
  for (const area of ["Models", "Playground", "Logs", "Usage", "Keys", "Audit", "Settings"]) {
    await page.getByRole("link", { name: area }).click();
    await page.getByRole("heading", { name: area, level: 1 }).waitFor();
  }
});

it("has its navigation behind a burger button on narrow screens", async () => {
  const { page } = env.browser;
  await page.setViewportSize({ width: 390, height: 800 });
  await goTo(page, "Logs");
});

it("focuses the search with a slash, and leaves it with Esc", async () => {
  const { page } = env.browser;
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("link", { name: "Models" }).click();
  const search = page.getByLabel("Search models");
  await search.waitFor();
  const focused = () => search.evaluate((field) => field === document.activeElement);
  await page.keyboard.press("/");
  expect(await focused()).toBe(true);
  await page.keyboard.press("Escape");
  expect(await focused()).toBe(false);
});

it("keeps the chosen theme", async () => {
  const { page } = env.browser;
  const scheme = () => page.locator("html").getAttribute("data-mantine-color-scheme");
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("button", { name: "Switch to dark" }).click();
  expect(await scheme()).toBe("dark");
  await page.reload();
  await page.getByRole("button", { name: "Switch to light" }).click();
  expect(await scheme()).toBe("light");
});

it("leads to the sign-in page when the session ends, and back", async () => {
  const { page } = env.browser;
  await page.evaluate(() => fetch("/ui/api/session", { method: "DELETE" }));
  await page.getByRole("link", { name: "Playground" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await page.getByLabel("Key", { exact: true }).fill("sk-1234");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Playground", level: 1 }).waitFor();
});

it("signs out for good", async () => {
  const { page, errors } = env.browser;
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  // Requests with the ended session were refused, as expected.
  expect(errors.filter((error) => !error.includes("401"))).toEqual([]);
});

it("shows a virtual key only its own data, whatever the address", async () => {
  const { page, errors } = env.browser;
  const made = await fetch(`${env.servers.url}/key/generate`, {
    method: "POST",
    body: JSON.stringify({ key_alias: "ann" }),
    headers: { authorization: `Bearer ${KEY}` },
  });
  const { key } = (await made.json()) as Schemas["KeyMade"];
  await signIn(page, env.at(), key);
  await page.getByRole("heading", { name: "Logs", level: 1 }).waitFor();
  expect(await page.getByRole("link", { name: "Models" }).count()).toBe(0);
  await page.goto(`${env.at()}/ui/models`);
  await page.getByText("Not available to this key").waitFor();
  await look(page, "not-for-this-key");
  expect(errors.filter((error) => !error.includes("401"))).toEqual([]);
});
