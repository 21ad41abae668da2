/** Playground page: several turns, a stop, two groups side by side, a refusal, code to copy. */
import { expect, it } from "vitest";
import { look } from "./browser";
import { environment } from "./environment";
import { goTo, say } from "./flows";
import { makeKey } from "./gateway";
import { AZURE_KEY, KEY } from "./servers";

const LONG =
  "a-model-router-whose-name-somebody-made-ninety-characters-long-to-see-whether-pages-bear-it-so".slice(
    0,
    90,
  );
const env = environment({
  before: async (servers) => {
    const terms = {
      model_name: LONG,
      litellm_params: {
        model: "azure_ai/azure-model-router",
        api_base: `${servers.azure}/openai/v1/`,
        api_key: AZURE_KEY,
      },
    };
    await fetch(`${servers.url}/model/new`, {
      method: "POST",
      body: JSON.stringify(terms),
      headers: { authorization: `Bearer ${KEY}` },
    });
    await makeKey(servers, { key_alias: "ann", max_budget: 5 });
    // More than the field loads at once; the first key created comes last.
    for (let place = 0; place < 60; place += 1)
      await makeKey(servers, { key_alias: `key-${String(place)}` });
  },
  signedIn: true,
});

it("says what to do before the first message", async () => {
  const { page } = env.browser;
  await page.getByRole("link", { name: "Playground" }).click();
  await page.getByText("No messages yet").waitFor();
  await look(page, "playground-empty");
});

it("keeps several turns, each with its receipt, on behalf of a key", async () => {
  const { page } = env.browser;
  await page.getByRole("combobox", { name: "Key" }).click();
  await page.getByText("Type to find 11 more.").waitFor();
  await page.getByRole("combobox", { name: "Key" }).fill("ANN");
  await page.getByRole("option", { name: "ann" }).click();
  expect(await page.getByRole("combobox", { name: "Key" }).inputValue()).toBe("ann");
  await page.getByLabel("System prompt").fill("Answer in one sentence.");
  await say(page, "What is a fare?", 1);
  await say(page, "<b>And</b> <script>alert(1)</script> what is a fairway?", 2);
  await page.getByText("<script>alert(1)</script>").first().waitFor();
  const cost = page.getByRole("button", { name: /Cost \$0\.0\d+: show the breakdown/ }).last();
  await cost.hover();
  await page.getByText("Routing fee").waitFor();
  await look(page, "playground-turns");
  await page.mouse.move(0, 0);
});

it("records who sent a request on behalf of a key", async () => {
  const { page } = env.browser;
  const [log] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "log", exact: true }).first().click(),
  ]);
  await log.getByText("operator (admin), on behalf of this key").waitFor();
  await log.close();
});

it("shows the request as code, with the hash of the chosen key but no API key", async () => {
  const { page } = env.browser;
  await page.getByRole("button", { name: "Code" }).click();
  const dialog = page.getByRole("dialog", { name: "This request as code" });
  for (const language of ["Rust", "Python"]) {
    await dialog.getByText(language, { exact: true }).click();
    expect(await dialog.innerText()).not.toContain(KEY);
    expect(await dialog.innerText()).toMatch(/"x-fareway-as-key"[,:] "[0-9a-f]{64}"/);
  }
  await look(page, "playground-code");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
});

it("compares two groups side by side", async () => {
  const { page } = env.browser;
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("button", { name: "Compare" }).click();
  expect(await page.getByRole("combobox", { name: "Model group 2" }).inputValue()).toBe(LONG);
  await say(page, "Which of you is more expensive?", 2);
  await look(page, "playground-compare");
  await page.getByRole("button", { name: "Code" }).click();
  const dialog = page.getByRole("dialog", { name: "This request as code" });
  await dialog.getByText("curl", { exact: true }).click();
  await dialog.getByText('"model": "azure-model-router"').waitFor();
  await dialog.getByRole("combobox", { name: "Model group" }).click();
  await page.getByRole("option", { name: LONG }).click();
  await dialog.getByText(`"model": "${LONG}"`).waitFor();
  await look(page, "playground-code-two");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "One group" }).click();
});

it("stops a response, and says so", async () => {
  const { page } = env.browser;
  await fetch(`${env.servers.azure}/__scenario`, {
    method: "POST",
    body: JSON.stringify({ scenario: "slow-chunks=300" }),
  });
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("textbox", { name: "Message" }).fill("Tell a long story.");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("You", { exact: false }).and(page.locator("[role=log] *")).first().waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("stopped", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Send" }).waitFor();
  // The part that was generated is charged.
  await page.getByRole("group", { name: "Receipt" }).getByText("estimated").waitFor();
});

it("stops a response when the page is left", async () => {
  const { page } = env.browser;
  await goTo(page, "Playground");
  await fetch(`${env.servers.azure}/__scenario`, {
    method: "POST",
    body: JSON.stringify({ scenario: "slow-chunks=300" }),
  });
  await page.getByRole("textbox", { name: "Message" }).fill("Tell a longer story.");
  // It has begun.
  const begun = page.waitForResponse((response) => response.url().endsWith("/v1/chat/completions"));
  await page.getByRole("button", { name: "Send" }).click();
  await begun;
  const ended = page.waitForEvent("requestfailed", {
    predicate: (request) => request.url().endsWith("/v1/chat/completions"),
    timeout: 5_000,
  });
  await goTo(page, "Logs");
  await ended;
  await goTo(page, "Playground");
});

it("says what went wrong", async () => {
  const { page, errors } = env.browser;
  // The browser reports the refusal as well, as expected.
  const before = errors.length;
  await fetch(`${env.servers.azure}/__scenario`, {
    method: "POST",
    body: JSON.stringify({ scenario: "rate-limited=7" }),
  });
  await page.getByRole("textbox", { name: "Message" }).fill("Too much?");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("alert").first().waitFor();
  await look(page, "playground-refused");
  expect(errors.slice(before).filter((error) => !error.includes("429"))).toEqual([]);
  expect(errors.slice(0, before)).toEqual([]);
});
