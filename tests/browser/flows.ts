/** What people come for, page by page, in whatever width: tests of one page and the walk on a phone do the same. */
import { expect } from "vitest";
import type { Page } from "playwright-core";

/** Below it the navigation is behind a burger. */
const NARROW = 768;

/** Goes to an area of the page, in whatever width. */
export async function goTo(page: Page, area: string): Promise<void> {
  if ((page.viewportSize()?.width ?? 0) < NARROW)
    await page.getByRole("button", { name: "Navigation", exact: true }).click();
  await page.getByRole("link", { name: area, exact: true }).click();
  await page.getByRole("heading", { name: area, level: 1 }).waitFor();
}

/** Takes a model name of one's own, prefix first, in the form that adds a model. */
export async function nameModel(page: Page, group: string): Promise<void> {
  const form = page.getByRole("dialog", { name: "Add model" });
  await form.getByRole("combobox", { name: "Model name" }).click();
  await page.getByRole("option", { name: "Custom model name" }).click();
  const name = form.getByLabel("Custom model name");
  await name.click();
  await page.keyboard.type("azure_ai/");
  await page.keyboard.insertText("azure-model-router");
  expect(await name.inputValue()).toBe("azure-model-router");
  await form.getByText("azure_ai/", { exact: true }).waitFor();
  await form.getByText("$0.14").waitFor();
  expect(await form.getByLabel("Public name").inputValue()).toBe("azure-model-router");
  await form.getByLabel("Public name").fill(group);
}

/** Tests the connection of the form, which works, and shows what that cost and no key. */
export async function testConnection(page: Page, key: string): Promise<void> {
  await page
    .getByRole("dialog", { name: "Add model" })
    .getByRole("button", { name: "Test connection" })
    .click();
  const test = page.getByRole("dialog", { name: "Test connection" });
  await test.getByText("The connection works").waitFor();
  expect(await test.innerText()).toMatch(/\$0\.0\d+/);
  expect(await test.innerText()).not.toContain(key);
}

/** Closes the test, and adds the model of the form. */
export async function addModel(page: Page, group: string): Promise<void> {
  const test = page.getByRole("dialog", { name: "Test connection" });
  await test.getByRole("button", { name: "Close", exact: true }).click();
  await test.waitFor({ state: "hidden" });
  const form = page.getByRole("dialog", { name: "Add model" });
  await form.getByRole("button", { name: "Add model" }).click();
  await form.waitFor({ state: "hidden" });
  await page.getByRole("row").filter({ hasText: group }).waitFor();
}

/** Asks in the playground, and waits until so many answers have their receipt. */
export async function say(page: Page, text: string, answers: number): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.keyboard.press("Enter");
  await page
    .getByRole("group", { name: "Receipt" })
    .nth(answers - 1)
    .waitFor();
}

/** Opens the receipt of a row of Logs by a click, and waits for its cost. */
export async function openReceipt(page: Page, row: number): Promise<void> {
  await page.locator(`[data-row="${String(row)}"]`).click();
  await page
    .getByRole("dialog", { name: "Receipt" })
    .getByRole("region", { name: "Cost" })
    .waitFor();
}

/** Narrows Logs to what served. */
export async function filterServed(page: Page, served: string): Promise<void> {
  await page.getByRole("button", { name: "More filters" }).click();
  await page.getByLabel("Served", { exact: true }).fill(served);
  await page.getByRole("button", { name: "Apply" }).click();
}

/** Chooses one of Usage's periods. */
export async function choosePeriod(page: Page, label: string): Promise<void> {
  await page.getByRole("combobox", { name: "Period" }).click();
  await page.getByRole("option", { name: label }).click();
}

/** Makes a key of the form that is open, and tells it as it is shown once. */
export async function makeKeyOfForm(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Create key" }).click();
  const secret = await page.getByLabel("The new key").textContent();
  expect(secret).toMatch(/^sk-.{17,}$/);
  return secret ?? "";
}

/** Looks for a price by `/`. */
export async function findPrice(page: Page, text: string): Promise<void> {
  await page.keyboard.press("/");
  await page.keyboard.type(text);
  await page.getByRole("grid", { name: "Prices" }).getByText(text).first().waitFor();
}
