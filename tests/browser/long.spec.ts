/** A large ledger: few API requests, no blank rows, and constant memory. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CDPSession } from "playwright-core";
import { expect, it } from "vitest";
import { environment } from "./environment";
import { ROOT } from "./servers";

/** `cargo xtask test --browser --entries 1000000` runs with a million. */
const ENTRIES = Number(process.env["FAREWAY_ENTRIES"] ?? 40_000);
const PAGE = 200;
/** How many rows are scrolled through, and per step: fewer than are loaded ahead. */
const FAR = 9_000;
const STEP = 100;
/** More rows than are visible. */
const SIGHT = 30;
const env = environment({ entries: ENTRIES, signedIn: true });
const figures: Record<string, number> = { entries: ENTRIES };

/** Collects the API paths requested from now on. */
function asked(): string[] {
  const all: string[] = [];
  env.browser.page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    // Liveness is checked all the time.
    if (pathname === "/health/liveliness") return;
    if (!pathname.startsWith("/ui/") || pathname.startsWith("/ui/api/")) all.push(pathname);
  });
  return all;
}

/** Waits until the list has this many rows, judged by its height. */
const loaded = (count: number) =>
  env.browser.page.waitForFunction(
    (height) =>
      (document.querySelector("[role=grid][aria-label=Requests]")?.scrollHeight ?? 0) >= height,
    count * 38,
  );

/** Scrolls to a row and measures what is visible once the page is rendered. */
const scrollTo = (row: number) =>
  env.browser.page.evaluate(async (place) => {
    const grid = document.querySelector<HTMLElement>("[role=grid][aria-label=Requests]");
    if (grid === null) throw new Error("there is no list");
    grid.scrollTop = place * 38;
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    const box = grid.getBoundingClientRect();
    const rows = Array.from(grid.querySelectorAll<HTMLElement>("[data-row]")).filter(
      (one) =>
        one.getBoundingClientRect().bottom > box.top + 38 &&
        one.getBoundingClientRect().top < box.bottom,
    );
    const edges = rows.map((one) => one.getBoundingClientRect());
    return {
      blank: rows.filter((one) => one.ariaBusy === "true" || one.innerText.trim() === "").length,
      // Rows fill everything between the header and the lower border.
      gap: Math.max(
        0,
        Math.min(...edges.map(({ top }) => top)) - box.top - 40,
        box.bottom - 1 - Math.max(...edges.map(({ bottom }) => bottom)),
      ),
      elements: document.querySelectorAll("*").length,
    };
  }, row);

/** Bytes of live JavaScript objects after a garbage collection. */
async function heap(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN;
}

it("opens Logs with two pages of rows and nothing else", async () => {
  const { page } = env.browser;
  await page.getByRole("heading", { name: "Logs", level: 1 }).waitFor();
  await page.goto("about:blank");
  const paths = asked();
  const start = performance.now();
  await page.goto(`${env.at()}/ui/logs`);
  await page.locator('[data-row="0"]').waitFor();
  figures["opened_ms"] = Math.round(performance.now() - start);
  await loaded(2 * PAGE);
  await page.waitForLoadState("networkidle");
  expect(paths).toEqual(["/ui/api/session", "/fareway/v1/requests", "/fareway/v1/requests"]);
});

it("scrolls through thousands of rows, none of them blank, each page read once", async () => {
  const { page } = env.browser;
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const paths = asked();
  const before = await scrollTo(0);
  for (let row = STEP; row <= FAR; row += STEP) {
    await loaded(row + SIGHT);
    const { blank, gap, elements } = await scrollTo(row);
    expect({ row, blank, gap }).toEqual({ row, blank: 0, gap: 0 });
    expect(elements).toBeLessThan(1.5 * before.elements);
    // From here on, the number of kept rows is constant.
    if (row === FAR / 3) figures["heap_early"] = await heap(session);
  }
  figures["heap_late"] = await heap(session);
  figures["requests"] = paths.length;
  // Loaded ahead of the visible rows by less than two pages.
  expect(paths.length).toBeLessThanOrEqual(FAR / PAGE + 1);
  expect(new Set(paths)).toEqual(new Set(["/fareway/v1/requests"]));
  expect(figures["heap_late"]).toBeLessThan((figures["heap_early"] ?? 0) + 1_500_000);
}, 600_000);

it("reloads dropped pages when scrolling back", async () => {
  const { page } = env.browser;
  const paths = asked();
  await scrollTo(0);
  await page.locator('[data-row="0"]:not([aria-busy])').waitFor();
  expect(paths.length).toBeLessThanOrEqual(2);
  expect(await scrollTo(0)).toMatchObject({ blank: 0, gap: 0 });
});

it("loads a receipt once, and few reports on Usage", async () => {
  const { page, errors } = env.browser;
  const receipt = asked();
  await page.locator('[data-row="3"]').click();
  await page
    .getByRole("dialog", { name: "Receipt" })
    .getByRole("region", { name: "Cost" })
    .waitFor();
  expect(receipt.length).toBe(1);
  await page.keyboard.press("Escape");
  const usage = asked();
  const start = performance.now();
  await page.goto(`${env.at()}/ui/usage?from=2026-10-01&to=2026-10-31`);
  await page.getByRole("grid", { name: "Served" }).getByText("grok-4").waitFor();
  figures["usage_ms"] = Math.round(performance.now() - start);
  await page.waitForLoadState("networkidle");
  figures["usage_requests"] = usage.length;
  expect(usage.length).toBeLessThanOrEqual(12);
  expect(errors).toEqual([]);
  await mkdir(join(ROOT, "target/browser"), { recursive: true });
  await writeFile(join(ROOT, "target/browser/long.json"), `${JSON.stringify(figures, null, 2)}\n`);
  console.log(figures);
});
