/** Usage page: totals by day and model, filters, time zones, unpriced requests, and repricing. */
import { expect, it } from "vitest";
import { look, signIn } from "./browser";
import { firstColumn, environment, sortBy } from "./environment";
import { choosePeriod } from "./flows";
import { ask, makeKey, makeTeam, read, type Schemas } from "./gateway";

const OWN = "sk-0123456789abcdefghijk1";
const LONG =
  "an-extraordinarily-long-model-name-with-a-vendor-prefix-and-a-date-that-goes-on-2026-11-25";
const LATER = "priced-later";
const env = environment();

const tile = (name: string) => env.browser.page.getByRole("group", { name, exact: true });
const table = (name: string) => env.browser.page.getByRole("grid", { name, exact: true });
/** Waits until the page is rendered. */
const drawn = () =>
  env.browser.page.evaluate(
    () =>
      new Promise((done) => {
        requestAnimationFrame(() => requestAnimationFrame(done));
      }),
  );

/** Holds back responses until they are released. */
async function hold(address: RegExp): Promise<() => Promise<void>> {
  let resolve = () => {};
  const free = new Promise<void>((done) => {
    resolve = done;
  });
  await env.browser.page.route(address, async (route) => {
    await free;
    await route.continue();
  });
  return async () => {
    resolve();
    await env.browser.page.unrouteAll({ behavior: "wait" });
  };
}

it("says what to do while there are no requests", async () => {
  const { page } = env.browser;
  await signIn(page, env.at());
  await page.getByRole("link", { name: "Usage" }).click();
  await page.getByRole("heading", { name: "No requests in this period" }).waitFor();
  await look(page, "usage-empty");
});

it("shows spend and requests by served model", async () => {
  const { page } = env.browser;
  await makeTeam(env.servers, { team_id: "search", team_alias: "Search" });
  await makeKey(env.servers, { key: OWN, key_alias: "nightly-batch", team_id: "search" });
  await ask(env.servers, "Hello! [[scenario:served=grok-4]]", { tags: ["prod", "eval"] });
  await ask(env.servers, "Hello! [[scenario:served=grok-4]]", { key: OWN, tags: ["prod"] });
  for (const served of ["grok-4", "gpt-5", "gpt-4.1-mini-2025-04-14", "gpt-oss-120b"])
    await ask(env.servers, `x [[scenario:served=${served}]]`, { key: OWN });
  await ask(env.servers, `x [[scenario:unknown-model=${LONG}]]`);
  await ask(env.servers, "x [[scenario:no-usage]]");
  await page.reload();
  await table("Served").getByText(LONG).waitFor();
  await page.locator(".recharts-wrapper svg").first().waitFor();
  await table("Key").getByText("nightly-batch").waitFor();
  // Three of eight requests.
  await page.getByRole("list", { name: "Shares of requests" }).getByText("37.5%").waitFor();
  await page.getByRole("list", { name: "Shares of spend" }).getByText("Routing fee").waitFor();
  const grok = table("Served").getByRole("row").filter({ hasText: "grok-4" });
  await grok.getByText("37.5%").waitFor();
  // One of them has no complete price.
  await tile("Spend")
    .getByText(/^> \$0\.\d+$/)
    .waitFor();
  await look(page, "usage");
});

it.each([1280, 390])("keeps the scroll position on any choice, at width %d", async (width) => {
  const { page } = env.browser;
  await page.setViewportSize({ width, height: 800 });
  await page.goto(`${env.at()}/ui/usage`);
  await table("Key").getByText("nightly-batch").waitFor();
  await page.locator(".recharts-wrapper svg").first().waitFor();
  await page.waitForLoadState("networkidle");
  const top = await page.evaluate(() => {
    scrollTo(0, document.documentElement.scrollHeight - innerHeight - 40);
    return scrollY;
  });
  expect(top).toBeGreaterThan(200);
  await sortBy(table("Key"), "Spend", "descending");
  await page.waitForURL("**sort_by=**");
  await drawn();
  expect(await page.evaluate(() => scrollY)).toBe(top);
  await page.getByRole("radiogroup", { name: "Group by" }).getByText("Tag").click();
  await table("Tag").getByText("prod").waitFor();
  await drawn();
  expect(await page.evaluate(() => scrollY)).toBe(top);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${env.at()}/ui/usage`);
});

it("keeps its layout while loading", async () => {
  const { page } = env.browser;
  let letGo = await hold(/by=(cost_status|tag)\b/);
  await page.goto(`${env.at()}/ui/usage`);
  await table("Key").getByText("nightly-batch").waitFor();
  await page.getByText("1 request without a complete price").waitFor();
  const chart = page.getByRole("heading", { name: "Spend by day and served model" });
  const before = await chart.boundingBox();
  await letGo();
  await page.getByRole("link", { name: "1 request partially priced" }).waitFor();
  expect(await chart.boundingBox()).toEqual(before);
  // Another grouping shows the previous rows until its own are loaded.
  letGo = await hold(/by=tag\b/);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.getByRole("radiogroup", { name: "Group by" }).getByText("Tag").click();
  await page.waitForURL("**by=tag**");
  await page
    .locator("[aria-busy=true]")
    .filter({ has: table("Key") })
    .waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(height);
  await letGo();
  await table("Tag").getByText("prod").waitFor();
});

it("marks data of the previous selection as stale", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/usage`);
  const link = page.getByRole("link", { name: "1 request partially priced" });
  const reprice = page.getByRole("button", { name: "Reprice…" });
  await link.waitFor();
  const old = await link.getAttribute("href");
  const letGo = await hold(/reports\/spend/);
  await choosePeriod(page, "7 days");
  for (const shown of [
    tile("Spend"),
    table("Served"),
    table("Key"),
    page.locator(".recharts-wrapper"),
    link,
  ])
    await page.locator("[aria-busy=true]").filter({ has: shown }).first().waitFor();
  expect(await link.getAttribute("href")).toBeNull();
  expect(await link.getAttribute("aria-disabled")).toBe("true");
  expect(await reprice.isDisabled()).toBe(true);
  await letGo();
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
  expect(await reprice.isDisabled()).toBe(false);
  expect(await link.getAttribute("href")).toContain("from=");
  expect(await link.getAttribute("href")).not.toBe(old);
});

it("says that the unpriced requests could not be loaded", async () => {
  const { page, errors } = env.browser;
  await page.route(/by=cost_status/, (route) =>
    route.fulfill({
      status: 503,
      json: {
        error: { message: "The disk is gone.", type: "server_error", param: null, code: "books" },
      },
    }),
  );
  await page.goto(`${env.at()}/ui/usage`);
  const alert = page.getByRole("alert").filter({ hasText: "The disk is gone." });
  await alert
    .getByText("1 request without a complete price. The totals do not include what has no price.")
    .waitFor();
  await look(page, "usage-uncertain-error");
  await page.unrouteAll();
  await alert.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: "1 request partially priced" }).waitFor();
  expect(errors.splice(0).filter((error) => !error.includes("503"))).toEqual([]);
});

it("says what covers only part of the period", async () => {
  const { page } = env.browser;
  await page.route(/by=day/, async (route) => {
    const report = (await (await route.fetch()).json()) as Schemas["SpendReport"];
    await route.fulfill({ json: { ...report, rows: report.rows.slice(0, 1), truncated: true } });
  });
  await page.route(/reports\/p95/, async (route) => {
    const percentile = (await (await route.fetch()).json()) as Schemas["CostPercentile"];
    await route.fulfill({ json: { ...percentile, kept_since: "2026-11-03T10:00:00Z" } });
  });
  await page.goto(`${env.at()}/ui/usage`);
  await page.getByText(/^Too much data to draw/).waitFor();
  await tile("p95 per request").getByText("since 3 Nov", { exact: true }).waitFor();
  // Totals are loaded separately.
  await table("Served").getByText(LONG).waitFor();
  await table("Served").getByRole("row").filter({ hasText: "grok-4" }).getByText("37.5%").waitFor();
  await look(page, "usage-part");
  await page.unrouteAll();
  await page.goto(`${env.at()}/ui/usage`);
  await table("Served").getByText(LONG).waitFor();
});

it("shows the 95th-percentile cost", async () => {
  const { p95_usd, priced_requests } = await read<Schemas["CostPercentile"]>(
    env.servers,
    "/fareway/v1/reports/p95",
  );
  expect(priced_requests).toBe(7);
  await tile("p95 per request").getByText("of 7 priced").waitFor();
  // The most expensive of seven, shortened on the page.
  expect(await tile("p95 per request").innerText()).toContain(String(p95_usd).slice(0, 6));
});

it("shows a tooltip for each day, also without requests for a model with a dot in its name", async () => {
  const { page, errors } = env.browser;
  const chart = page.locator(".recharts-wrapper").first();
  const { width, height } = (await chart.boundingBox()) ?? { width: 0, height: 0 };
  const told = page.locator(".mantine-ChartTooltip-tooltip");
  for (const x of [0.5, 0.985]) {
    await chart.hover({ position: { x: width * x, y: height / 2 } });
    await told.getByText("gpt-4.1-mini-2025-04-14").waitFor();
  }
  await told.filter({ hasText: /gpt-4\.1-mini-2025-04-14\$0\.0*[1-9]/ }).waitFor();
  await page.mouse.move(0, 0);
  expect(errors).toEqual([]);
});

it("sorts by the clicked column: unknown values last, the fee below all", async () => {
  const { page } = env.browser;
  const served = table("Served");
  const natural = await firstColumn(served);
  await sortBy(served, "Average", "descending");
  const dearest = await firstColumn(served);
  expect(dearest.slice(-2)).toEqual([LONG, "Routing fee (included above)"]);
  await sortBy(served, "Average", "ascending");
  const cheapest = await firstColumn(served);
  expect(cheapest).toEqual([...dearest.slice(0, -2).toReversed(), ...dearest.slice(-2)]);
  expect(page.url()).toContain("sort=average");
  await page.reload();
  await served.getByText(LONG).waitFor();
  expect(await firstColumn(served)).toEqual(cheapest);
  await sortBy(served, "Average", "none", "Enter");
  expect(await firstColumn(served)).toEqual(natural);
  await sortBy(served, "Served", "ascending", " ");
  const names = (await firstColumn(served)).slice(0, -1);
  expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })));
  expect(await table("Key").locator("[aria-sort=ascending], [aria-sort=descending]").count()).toBe(
    0,
  );
  await page.goto(`${env.at()}/ui/usage`);
  await served.getByText(LONG).waitFor();
});

it("filters by the clicked row, in the URL", async () => {
  const { page } = env.browser;
  await table("Key").getByRole("row").filter({ hasText: "nightly-batch" }).click();
  await page.getByRole("button", { name: "Remove key" }).waitFor();
  expect(page.url()).toContain("key=");
  await page.getByRole("radiogroup", { name: "Group by" }).getByText("Tag").click();
  await table("Tag").getByText("prod").waitFor();
  await page.getByRole("button", { name: "Remove key" }).click();
});

it("can be used by keyboard", async () => {
  const { page } = env.browser;
  await page.locator("body").press("/");
  await page.keyboard.type("gpt-4.1");
  await table("Served").getByText("grok-4").waitFor({ state: "detached" });
  expect(await table("Served").getByRole("row").count()).toBe(2);
  await page.getByRole("searchbox").fill("");
  await table("Served").getByText("grok-4").waitFor();
  await table("Served").locator('[data-row="0"]').focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(
    () =>
      document.activeElement instanceof HTMLElement &&
      document.activeElement.dataset["row"] === "2",
  );
  await page.keyboard.press("Home");
  await page.waitForFunction(
    () =>
      document.activeElement instanceof HTMLElement &&
      document.activeElement.dataset["row"] === "0",
  );
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove served" }).click();
});

it("counts days in the chosen time zone", async () => {
  const { page } = env.browser;
  const spend = await tile("Spend").innerText();
  await page.getByRole("combobox", { name: "Time zone" }).click();
  await page.getByRole("combobox", { name: "Time zone" }).fill("Asia/Kat");
  await page.getByRole("option", { name: /Kat[h]?mandu/ }).click();
  await page.getByText(/Days are in Asia\/Kat[h]?mandu/).waitFor();
  expect(page.url()).toContain("tz=Asia");
  await page.getByText("of 7 priced").waitFor();
  expect((await tile("Spend").innerText()).split("\n")[1]).toBe(spend.split("\n")[1]);
  const logs = await page
    .getByRole("link", { name: "1 request partially priced" })
    .getAttribute("href");
  expect(decodeURIComponent(logs ?? "")).toMatch(/from=\d{4}-\d\d-\d\dT18:15:00Z/);
  await page.reload();
  await page.getByText(/Days are in Asia\/Kat[h]?mandu/).waitFor();
  await page.getByRole("combobox", { name: "Time zone" }).click();
  await page.getByRole("combobox", { name: "Time zone" }).fill("UTC");
  await page.getByRole("option", { name: "UTC", exact: true }).click();
  await page.getByText("Days are in UTC").waitFor();
});

it("shows the chosen days", async () => {
  const { page } = env.browser;
  const today = new Date().toISOString().slice(0, 10);
  await page.getByRole("button", { name: "First and last day" }).click();
  const day = page.locator(
    `button[aria-label="${new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })}"]`,
  );
  // The calendar opens at the month of the first day.
  const next = page.getByRole("button", { name: "Next month" });
  await next.waitFor();
  if ((await day.count()) === 0) await next.click();
  await day.click();
  await day.click();
  await page.waitForURL(`**from=${today}&to=${today}`);
  // The focus returns to the field.
  await page.waitForFunction(
    () => document.activeElement?.getAttribute("aria-label") === "First and last day",
  );
  await tile("Requests").getByText("8", { exact: true }).waitFor();
  await page.goto(`${env.at()}/ui/usage?from=2026-01-01&to=2026-01-31`);
  await page.getByRole("heading", { name: "No requests in this period" }).waitFor();
  const letGo = await hold(/reports\/spend/);
  await choosePeriod(page, "7 days");
  await page
    .getByRole("heading", { name: "No requests in this period" })
    .waitFor({ state: "detached" });
  await letGo();
  await tile("Requests").getByText("8", { exact: true }).waitFor();
  await tile("Spend").getByText("nothing before").waitFor();
});

it("compares with the period before", async () => {
  const { page } = env.browser;
  // There are no requests before today, so the response is replaced by one with four requests.
  const asked: string[] = [];
  const told = {
    requests: 4,
    known_usd: "1000000",
    cost_usd: "1000000",
    routing_fee_usd: "0.00001",
  };
  const earlier = (url: URL, path: string) =>
    url.pathname.endsWith(path) &&
    !url.searchParams.has("by") &&
    url.searchParams.get("to")?.includes("T") === true;
  await page.route(
    (url) => earlier(url, "/reports/spend"),
    async (route) => {
      asked.push(new URL(route.request().url()).searchParams.get("to") ?? "");
      const report = (await (await route.fetch()).json()) as Schemas["SpendReport"];
      await route.fulfill({ json: { ...report, total: { ...report.total, ...told } } });
    },
  );
  await page.route(
    (url) => earlier(url, "/reports/p95"),
    async (route) => {
      const percentile = (await (await route.fetch()).json()) as Schemas["CostPercentile"];
      await route.fulfill({ json: { ...percentile, priced_requests: 4, p95_usd: "0.0001" } });
    },
  );
  await page.reload();
  await tile("Requests").getByText("▲ 100% more").waitFor();
  await tile("Spend")
    .getByText(/▼ [\d.]+% less/)
    .waitFor();
  await tile("Routing fee")
    .getByText(/▲ [\d,.]+% more/)
    .waitFor();
  await tile("p95 per request")
    .getByText(/▲ [\d,.]+% more/)
    .waitFor();
  // An unfinished week is compared with the same part of the week before.
  const day = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
  expect(asked.at(-1)).toMatch(
    new RegExp(
      `^(${day}|${new Date(Date.now() - 7 * 86_400_000 - 60_000).toISOString().slice(0, 10)})T\\d\\d:\\d\\d$`,
    ),
  );
  await page.getByText(/^Compared with .+, \d\d:\d\d, because today is not over\.$/).waitFor();
  await look(page, "usage-compared");
  await page.unrouteAll();
});

it("does not compare with a period whose entries were deleted", async () => {
  const { page } = env.browser;
  const earlier = (url: URL, path: string) =>
    url.pathname.endsWith(path) && url.searchParams.get("to")?.includes("T") === true;
  await page.route(
    (url) => earlier(url, "/reports/spend"),
    async (route) => {
      const report = (await (await route.fetch()).json()) as Schemas["SpendReport"];
      await route.fulfill({
        json: {
          ...report,
          utc_before: "2999-01-01T00:00:00Z",
          total: { ...report.total, requests: 4 },
        },
      });
    },
  );
  await page.route(
    (url) => earlier(url, "/reports/p95"),
    async (route) => {
      const percentile = (await (await route.fetch()).json()) as Schemas["CostPercentile"];
      await route.fulfill({
        json: { ...percentile, kept_since: "2999-01-01T00:00:00Z", p95_usd: "0.005" },
      });
    },
  );
  await page.reload();
  await page
    .getByText(/^Not compared: the individual requests of .+ are no longer stored\.$/)
    .waitFor();
  await tile("p95 per request").getByText("of 7 priced").waitFor();
  await page.waitForLoadState("networkidle");
  expect(await page.getByText(/% (more|less)|before/).count()).toBe(0);
  await page.unrouteAll();
});

it("compares finished days with whole days", async () => {
  const { page } = env.browser;
  await page.route(
    (url) => url.searchParams.get("by") === "served",
    async (route) => {
      const report = (await (await route.fetch()).json()) as Schemas["SpendReport"];
      await route.fulfill({ json: { ...report, total: { ...report.total, requests: 4 } } });
    },
  );
  await page.goto(`${env.at()}/ui/usage?from=2026-03-08&to=2026-03-14`);
  await page.getByText("Compared with 1 Mar 2026 – 7 Mar 2026.").waitFor();
  await page.unrouteAll();
  await page.goto(`${env.at()}/ui/usage?range=7d`);
});

it("limits reports in a time zone to 366 days, also in the calendar", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/usage?from=2025-01-01&to=2026-06-30`);
  await page.getByRole("heading", { name: "No requests in this period" }).waitFor();
  await page.getByRole("combobox", { name: "Time zone" }).click();
  await page.getByRole("combobox", { name: "Time zone" }).fill("Europe/Ber");
  await page.getByRole("option", { name: "Europe/Berlin" }).click();
  await page.getByRole("heading", { name: "This period is too long" }).waitFor();
  await look(page, "usage-too-many-days");
  await page.getByRole("button", { name: "First and last day" }).click();
  await page.getByRole("button", { name: "1 January 2025", exact: true }).click();
  for (let month = 0; month < 12; month += 1)
    await page.getByRole("button", { name: "Next month" }).click();
  // A year and a day is too long.
  expect(await page.getByRole("button", { name: "2 January 2026", exact: true }).isDisabled()).toBe(
    true,
  );
  await page.getByRole("button", { name: "1 January 2026", exact: true }).click();
  await page.waitForURL("**from=2025-01-01&to=2026-01-01**");
  await page.getByRole("heading", { name: "No requests in this period" }).waitFor();
  await page.goto(`${env.at()}/ui/usage?range=7d`);
});

it("limits reports in UTC to ten years", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/usage?from=0001-01-01&to=2026-01-31`);
  await page.getByRole("heading", { name: "This period is too long" }).waitFor();
  await page.getByText("Reports cover at most ten years.").waitFor();
  await page.goto(`${env.at()}/ui/usage?range=7d`);
});

it("links to unpriced requests, and previews repricing", async () => {
  const { page } = env.browser;
  await page.reload();
  await page.getByRole("button", { name: "Reprice…" }).click();
  const dialog = page.getByRole("dialog", { name: "Reprice" });
  await dialog.getByText("none would change").waitFor();
  expect(await dialog.getByRole("button", { name: "Nothing to reprice" }).isDisabled()).toBe(true);
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "1 request partially priced" }).click();
  await page.getByRole("grid", { name: "Requests" }).getByText(LONG).waitFor();
  expect(await page.getByRole("row").count()).toBe(2);
});

it("reprices requests that have a price now", async () => {
  const { page, errors } = env.browser;
  await ask(env.servers, `x [[scenario:unknown-model=${LATER}]]`);
  await env.servers.restart({
    format: "pricing-data/1",
    currency: "USD",
    unit: "per_1M_tokens",
    models: [
      {
        id: LATER,
        prices: [
          {
            for: { deployment: "global_standard", service_tier: "standard" },
            from: "2020-01-01",
            until: null,
            tiers: [
              {
                prompt_tokens_over: 0,
                rates: { input: "100000", cached_input: null, cache_write: null, output: "100000" },
              },
            ],
          },
        ],
      },
    ],
    router: { aliases: ["model-router"], fees: [] },
  });
  await page.goto(`${env.at()}/ui/usage`);
  const row = table("Served").getByRole("row").filter({ hasText: LATER });
  await row.getByText(">").waitFor();
  const before = await tile("Spend").innerText();
  await page.getByRole("link", { name: "2 requests partially priced" }).waitFor();
  await page.getByRole("button", { name: "Reprice…" }).click();
  const dialog = page.getByRole("dialog", { name: "Reprice" });
  await dialog.getByText("Of 2 examined, 1 would change").waitFor();
  await look(page, "usage-reprice-change");
  await page.route(/requests\/reprice$/, (route) =>
    (route.request().postDataJSON() as Schemas["RepriceRequest"]).dry_run
      ? route.continue()
      : route.fulfill({
          status: 503,
          json: {
            error: {
              message: "Some requests were repriced. Run it again for the others.",
              type: "server_error",
              param: null,
              code: "books",
            },
          },
        }),
  );
  const again = page.waitForRequest(/reports\/spend\?by=served/);
  await dialog.getByRole("button", { name: "Reprice 1 request" }).click();
  const notice = page.getByRole("alert").filter({ hasText: "Repricing did not finish" });
  await notice.getByText("Some requests were repriced. Run it again for the others.").waitFor();
  // Some requests may have been repriced.
  await again;
  expect(errors.splice(0).filter((error) => !error.includes("503"))).toEqual([]);
  await page.unrouteAll({ behavior: "wait" });
  await notice.getByRole("button").click();
  await dialog.getByRole("button", { name: "Reprice 1 request" }).click();
  await page.getByText("1 request has a new cost.").waitFor();
  await page.getByRole("link", { name: "1 request partially priced" }).waitFor();
  await row.getByText(">").waitFor({ state: "detached" });
  // Ten cents per token: whole dollars instead of cents.
  await page.waitForFunction(
    (then) => document.querySelector('[aria-label="Spend"]')?.textContent !== then,
    before,
  );
  await tile("Spend")
    .getByText(/^\$[1-9]\d*\.\d\d$/)
    .waitFor();
  const { total } = await read<Schemas["SpendReport"]>(env.servers, "/fareway/v1/reports/spend");
  expect(total.unpriced_requests).toBe(1);
});

it("shows a key its own spending", async () => {
  const { page, errors } = env.browser;
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn(page, env.at(), OWN);
  await page.getByRole("link", { name: "Usage" }).click();
  await page.getByText("What your key spent").waitFor();
  await table("Tag").waitFor();
  await tile("p95 per request").getByText("of 5 priced").waitFor();
  expect(await page.getByText(LONG).count()).toBe(0);
  expect(errors).toEqual([]);
});
