/**
 * Chromium with one page that collects console errors, and screenshots in both themes and widths.
 */
import axe from "axe-core";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { KEY, ROOT } from "./servers";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PICTURES = join(ROOT, "target/browser");
/** Both themes in both widths, in the order with the fewest layout changes. */
const LOOKS = [
  [1280, "light"],
  [1280, "dark"],
  [390, "dark"],
  [390, "light"],
] as const;

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
    // Expected before signing in or with a wrong key: the browser reports it as an error.
    const expected =
      message.location().url.endsWith("/ui/api/session") && message.text().includes("401");
    if (message.type() === "error" && !expected) errors.push(message.text());
  });
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { page, errors, close };
}

/** Signs in on the sign-in page. */
export async function signIn(page: Page, url: string, key: string = KEY): Promise<void> {
  await page.goto(`${url}/ui/`);
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Takes screenshots into target/browser in both themes and widths, and checks each with axe. */
export async function look(page: Page, name: string): Promise<void> {
  for (const [width, theme] of LOOKS) await lookAt(page, name, width, theme);
  await page.setViewportSize({ width: 1280, height: 800 });
  await still(page);
}

/** The same in one theme and width, which stay set. */
export async function lookAt(
  page: Page,
  name: string,
  width: number,
  theme: "light" | "dark",
): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: 800 });
  await still(page);
  await page.screenshot({
    path: join(PICTURES, `${name}-${theme}-${String(width)}.png`),
    fullPage: true,
    animations: "disabled",
  });
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(sideways, `${name} scrolls sideways at ${String(width)}`).toBe(false);
  await expectAccessible(page);
}

/** Waits until the page is rendered and finite animations have ended. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const drawn = () =>
      new Promise((done) => {
        requestAnimationFrame(() => requestAnimationFrame(done));
      });
    const moving = () =>
      document
        .getAnimations()
        .filter(
          ({ playState, effect }) =>
            playState === "running" && Number.isFinite(effect?.getComputedTiming().endTime),
        );
    await drawn();
    for (let left = moving(); left.length > 0; left = moving()) {
      await Promise.allSettled(left.map((animation) => animation.finished));
      await drawn();
    }
  });
}

/** Checks WCAG A and AA with axe, which stays loaded in the page. */
export async function expectAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const violations = await page.evaluate(
    async (tags) => {
      const { axe: within } = window as unknown as { axe: typeof axe };
      const found = await within.run(document, { runOnly: tags, resultTypes: ["violations"] });
      return found.violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`).join("; ")}`,
      );
    },
    ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  );
  expect(violations).toEqual([]);
}
