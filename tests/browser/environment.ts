/** Environment of one test file: an Azure emulator, a gateway in front of it, and a browser. */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { openBrowser, signIn, type Browser } from "./browser";
import { startServers, type Servers } from "./servers";

export interface Environment {
  readonly servers: Servers;
  readonly browser: Browser;
  /** The URL of the UI; a development server's if `FAREWAY_UI` is set. */
  at(): string;
}

interface Options {
  /** Additional lines of `general_settings`. */
  settings?: string;
  /** The number of requests in the ledger at the start. */
  entries?: number;
  /** Prepares data before the first test. */
  before?: (servers: Servers) => Promise<void>;
  /** Whether the operator is signed in. */
  signedIn?: boolean;
}

/** The texts in the first column of a table, from top to bottom. */
export const firstColumn = (table: Locator) =>
  table.locator("[data-row] > [role=gridcell]:first-child").allInnerTexts();

/** Clicks or presses a table header and waits until its column is sorted this way. */
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

/** Starts an environment before the file's first test and stops it after the last. */
export function environment({
  settings = "",
  entries = 0,
  before,
  signedIn = false,
}: Options = {}): Environment {
  let servers: Servers | undefined;
  let browser: Browser | undefined;
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error("the environment is not open");
    return part;
  };
  const all: Environment = {
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
