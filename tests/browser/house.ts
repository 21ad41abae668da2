/** What each file of tests has for itself: a pretend Azure, a gateway in front of it, and a browser. */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { openBrowser, signIn, type Browser } from "./browser";
import { startServers, type Servers } from "./servers";

export interface House {
  readonly servers: Servers;
  readonly browser: Browser;
  /** Where the page is. For work on it: where it is served from, when not by the gateway. */
  at(): string;
}

interface Wishes {
  /** More lines of `general_settings`. */
  settings?: string;
  /** How many requests are in the books before the first one. */
  entries?: number;
  /** What is there before the first test. */
  before?: (servers: Servers) => Promise<void>;
  /** Whether the operator has signed in. */
  signedIn?: boolean;
}

/** What the first column of a table says, from the top down. */
export const firstColumn = (table: Locator) =>
  table.locator("[data-row] > [role=gridcell]:first-child").allInnerTexts();

/** Clicks a header of a table, or presses it, and waits until its column is sorted so. */
export async function sortBy(
  table: Locator,
  header: string,
  sorted: "ascending" | "descending" | "none",
  press?: string,
): Promise<void> {
  const button = table.getByRole("columnheader", { name: header, exact: true }).getByRole("button");
  await (press === undefined ? button.click() : button.press(press));
  await table
    .locator(`[role=columnheader][aria-sort=${sorted}]`)
    .filter({ hasText: header })
    .first()
    .waitFor();
}

/** A house that is open from the file's first test to its last. */
export function house({
  settings = "",
  entries = 0,
  before,
  signedIn = false,
}: Wishes = {}): House {
  let servers: Servers | undefined;
  let browser: Browser | undefined;
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error("the house is not open");
    return part;
  };
  const all: House = {
    get servers() {
      return there(servers);
    },
    get browser() {
      return there(browser);
    },
    at: () => process.env["FAREWAY_UI"] ?? there(servers).url,
  };
  beforeAll(async () => {
    servers = await startServers(settings, entries);
    await before?.(servers);
    browser = await openBrowser();
    if (signedIn) await signIn(browser.page, all.at());
  }, 240_000 + entries);
  afterAll(async () => {
    await browser?.close();
    await servers?.stop();
  });
  return all;
}
