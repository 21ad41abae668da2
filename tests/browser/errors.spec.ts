/** Errors of the gateway on every page: they are shown, and trying again recovers. */
import { expect, it } from "vitest";
import { look } from "./browser";
import { environment } from "./environment";
import { ask } from "./gateway";

const env = environment({ before: (servers) => ask(servers, "Hello!"), signedIn: true });

const REFUSAL = {
  error: {
    message: "The books cannot be read at the moment: the disk is gone.",
    type: "server_error",
    param: null,
    code: "books",
  },
};
/** An element of each page that is shown once its data is loaded. */
const PAGES = [
  {
    path: "/models",
    api: "/fareway/v1/deployments*",
    there: { role: "grid", name: "Deployments" },
  },
  { path: "/playground", api: "/v1/models", there: { role: "textbox", name: "Message" } },
  { path: "/logs", api: "/fareway/v1/requests?*", there: { role: "grid", name: "Requests" } },
  { path: "/usage", api: "/fareway/v1/reports/spend?*", there: { role: "grid", name: "Served" } },
  { path: "/keys", api: "/key/list*", there: { role: "heading", name: "No keys yet" } },
  { path: "/settings", api: "/fareway/v1/prices*", there: { role: "grid", name: "Prices" } },
  {
    path: "/settings?tab=health",
    api: "/fareway/v1/settings",
    there: { role: "heading", name: "Spool" },
  },
  {
    path: "/settings?tab=config",
    api: "/fareway/v1/settings",
    there: { role: "grid", name: "Configuration" },
  },
] as const;

/** The position of the heading, which must not move while content loads. */
const headingAt = () => env.browser.page.getByRole("heading", { level: 1 }).first().boundingBox();

/** Errors of the page itself, without failed requests that the browser reports. */
function own(): string[] {
  return env.browser.errors.splice(0).filter((error) => !error.includes("Failed to load resource"));
}

it.each(PAGES)("shows the error on $path, and tries again", async ({ path, api, there }) => {
  const { page } = env.browser;
  await page.route(`**${api}`, (route) => route.fulfill({ status: 503, json: REFUSAL }));
  await page.goto(`${env.at()}/ui${path}`);
  const alert = page.getByRole("alert").filter({ hasText: "the disk is gone" }).first();
  await alert.waitFor();
  if (path === "/usage" || path === "/settings") await look(page, `error${path.replace("/", "-")}`);
  const before = await headingAt();
  await page.unroute(`**${api}`);
  await page.getByRole("button", { name: "Try again" }).first().click();
  await page.getByRole(there.role, { name: there.name }).first().waitFor();
  await alert.waitFor({ state: "hidden" });
  expect(await headingAt()).toEqual(before);
  expect(own()).toEqual([]);
});

it("shows the error in a receipt", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/logs`);
  await page.locator('[data-row="0"]').waitFor();
  await page.route("**/fareway/v1/requests/*", (route) =>
    route.fulfill({ status: 503, json: REFUSAL }),
  );
  await page.locator('[data-row="0"]').click();
  const receipt = page.getByRole("dialog", { name: "Receipt" });
  await receipt.getByText("the disk is gone").waitFor();
  await look(page, "error-receipt");
  await page.unroute("**/fareway/v1/requests/*");
  await receipt.getByRole("button", { name: "Try again" }).click();
  await receipt.getByRole("region", { name: "Cost" }).waitFor();
  expect(own()).toEqual([]);
});

it("says that the gateway cannot be reached, and recovers", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/logs`);
  await page.locator('[data-row="0"]').waitFor();
  await page.route(/\/fareway\/|\/key\/|\/v1\/|\/ui\/api\//, (route) => route.abort());
  await page.reload();
  await page.getByText("The gateway cannot be reached.").waitFor();
  await look(page, "error-away");
  await page.unroute(/\/fareway\/|\/key\/|\/v1\/|\/ui\/api\//);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator('[data-row="0"]').waitFor();
  expect(own()).toEqual([]);
});

it("says on every page that the gateway is not responding, and reloads when it does", async () => {
  const { page } = env.browser;
  await page.goto(`${env.at()}/ui/models`);
  await page.getByRole("grid", { name: "Deployments" }).waitFor();
  await page.route(
    (url) => url.origin === env.at(),
    (route) => route.abort(),
  );
  const banner = page.getByRole("alert").filter({ hasText: "The gateway is not responding" });
  await banner.waitFor({ timeout: 30_000 });
  await page.getByRole("gridcell", { name: "unknown" }).first().waitFor();
  expect(await page.getByRole("gridcell", { name: "healthy" }).count()).toBe(0);
  await look(page, "gateway-down");
  // A page whose code is not loaded yet: the shell stays usable.
  await page.getByRole("link", { name: "Playground" }).click();
  await page.getByText("This page could not be loaded").waitFor();
  await page.unroute((url) => url.origin === env.at());
  await page.unrouteAll();
  await banner.waitFor({ state: "hidden", timeout: 30_000 });
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Playground" }).waitFor();
});
