/** Main flows of each page in any width, shared by the tests of one page and the phone tests. */
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Below this width, the navigation is behind a burger button. */
const NARROW = 768;

/** Opens a page through the navigation, in any width. */
export async function goTo(page: Page, area: string): Promise<void> {
  if ((page.viewportSize()?.width ?? 0) < NARROW)
    await page.getByRole("button", { name: "Navigation", exact: true }).click();
  await page.getByRole("link", { name: area, exact: true }).click();
  await page.getByRole("heading", { name: area, level: 1 }).waitFor();
}

/** Enters a custom model name with its prefix in the form that adds a model. */
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

/** Tests the connection in the form: it works, and the result shows the cost and no key. */
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

/** Closes the test dialog and adds the model. */
export async function addModel(page: Page, group: string): Promise<void> {
  const test = page.getByRole("dialog", { name: "Test connection" });
  await test.getByRole("button", { name: "Close", exact: true }).click();
  await test.waitFor({ state: "hidden" });
  const form = page.getByRole("dialog", { name: "Add model" });
  await form.getByRole("button", { name: "Add model" }).click();
  await form.waitFor({ state: "hidden" });
  await page.getByRole("row").filter({ hasText: group }).waitFor();
}

/** Sends a message in the playground and waits until this many responses have a receipt. */
export async function say(page: Page, text: string, answers: number): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.keyboard.press("Enter");
  await page
    .getByRole("group", { name: "Receipt" })
    .nth(answers - 1)
    .waitFor();
}

/** Opens the receipt of a row in Logs with a click and waits for its cost. */
export async function openReceipt(page: Page, row: number): Promise<void> {
  await page.locator(`[data-row="${String(row)}"]`).click();
  await page
    .getByRole("dialog", { name: "Receipt" })
    .getByRole("region", { name: "Cost" })
    .waitFor();
}

/** Filters Logs by served model. */
export async function filterServed(page: Page, served: string): Promise<void> {
  await page.getByRole("button", { name: "More filters" }).click();
  await page.getByLabel("Served", { exact: true }).fill(served);
  await page.getByRole("button", { name: "Apply" }).click();
}

/** Chooses a period on the Usage page. */
export async function choosePeriod(page: Page, label: string): Promise<void> {
  await page.getByRole("combobox", { name: "Period" }).click();
  await page.getByRole("option", { name: label }).click();
}

/** Creates a key with the open form and returns the key that is shown once. */
export async function makeKeyOfForm(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Create key" }).click();
  const secret = await page.getByLabel("The new key").textContent();
  expect(secret).toMatch(/^sk-.{17,}$/);
  return secret ?? "";
}

/** Searches for a price with `/`. */
export async function findPrice(page: Page, text: string): Promise<void> {
  await page.keyboard.press("/");
  await page.keyboard.type(text);
  await page.getByRole("grid", { name: "Prices" }).getByText(text).first().waitFor();
}
