/** Chromium with a page that tells of every console error, and pictures of it in all its looks. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { KEY, ROOT } from "./servers";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const PICTURES = join(ROOT, "target/browser");
const WIDTHS = [1280, 390] as const;
const THEMES = ["light", "dark"] as const;

export interface Browser {
  readonly page: Page;
  /** Console errors and exceptions of the page so far. */
  readonly errors: string[];
  close(): Promise<void>;
}

export async function openBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "fareway-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(Number(process.env["PATIENCE_MS"] ?? 30_000));
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // Nobody is signed in yet, or the key was wrong: the browser calls that an error, the page does not.
    const expected = message.location().url.endsWith("/ui/api/session") && message.text().includes("401");
    if (message.type() === "error" && !expected) errors.push(message.text());
  });
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { page, errors, close };
}

/** Signs in at the page that is shown when nobody is. */
export async function signIn(page: Page, url: string, key: string = KEY): Promise<void> {
  await page.goto(`${url}/ui/`);
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Takes pictures into target/browser in both themes and widths, and lets axe look at each. */
export async function look(page: Page, name: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: join(PICTURES, `${name}-${theme}-${String(width)}.png`), animations: "disabled" });
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(sideways, `${name} scrolls sideways at ${String(width)}`).toBe(false);
      await expectAccessible(page);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** WCAG A and AA by axe. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`).join("; ")}`)).toEqual([]);
}
