/** The smallest and largest amounts and the longest names on every page. */
import { expect, it } from "vitest";
import { look } from "./browser";
import { environment } from "./environment";
import { ask } from "./gateway";
import { AZURE_KEY, KEY } from "./servers";

const LONG =
  "an-extraordinarily-long-model-name-with-a-vendor-prefix-and-a-date-that-goes-on-2026-11-25";
/** Dollars per prompt and output token of groups whose one-token responses have extreme costs. */
const PRICES = { [LONG]: ["0", "0.000000561"], dear: ["1", "0.67"] } as const;
/** A prompt of 12,345 tokens, as the emulator counts them. */
const LONG_PROMPT = `${"Hi ".repeat(12_333)}[[scenario:served=gpt-4.1]]`;
const env = environment({
  before: async (servers) => {
    for (const [group, [input, output]] of Object.entries(PRICES)) {
      const terms = {
        model_name: group,
        litellm_params: {
          model: "azure_ai/gpt-4.1",
          api_base: `${servers.azure}/openai/v1/`,
          api_key: AZURE_KEY,
        },
        model_info: { input_cost_per_token: input, output_cost_per_token: output },
      };
      const made = await fetch(`${servers.url}/model/new`, {
        method: "POST",
        body: JSON.stringify(terms),
        headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      });
      if (!made.ok) throw new Error(await made.text());
    }
    await ask(servers, `Hi [[scenario:served=${LONG}]]`, { model: LONG, most: 1 });
    await ask(servers, LONG_PROMPT, { model: "dear", most: 1 });
  },
  signedIn: true,
});

it("shows them in Logs", async () => {
  const { page } = env.browser;
  const list = page.getByRole("grid", { name: "Requests" });
  await list.getByText("$12,345.67", { exact: true }).waitFor();
  await list.getByText("$0.000000561", { exact: true }).waitFor();
  await look(page, "extremes-logs");
});

it("shows them in receipts", async () => {
  const { page } = env.browser;
  const receipt = page.getByRole("dialog", { name: "Receipt" });
  for (const [row, amount, name] of [
    [0, "$12,345.67", "dear"],
    [1, "$0.000000561", "tiny"],
  ] as const) {
    await page.locator(`[data-row="${String(row)}"]`).click();
    await receipt
      .getByRole("region", { name: "Cost" })
      .getByText(amount, { exact: true })
      .first()
      .waitFor();
    await look(page, `extremes-receipt-${name}`);
    await page.keyboard.press("Escape");
    await receipt.waitFor({ state: "hidden" });
  }
});

it("shows them in Usage", async () => {
  const { page, errors } = env.browser;
  await page.getByRole("link", { name: "Usage" }).click();
  const served = page.getByRole("grid", { name: "Served" });
  await served.getByText("$0.000000561", { exact: true }).first().waitFor();
  await served.getByText("$12,345.67", { exact: true }).first().waitFor();
  await look(page, "extremes-usage");
  expect(errors).toEqual([]);
});
