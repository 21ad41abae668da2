/**
 * The picture of the UI in the documentation, written on request:
 * `FAREWAY_SCREENSHOTS=1 npm test -- picture` in this folder, after `cargo xtask ui` and a build of the programs.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "vitest";
import { environment } from "./environment";
import { openReceipt } from "./flows";
import { ask, makeKey, makeTeam } from "./gateway";
import { ROOT } from "./servers";

const PICTURES = join(ROOT, "docs/images");
const ANN = "sk-0123456789abcdefghijk1";
const BATCH = "sk-0123456789abcdefghijk2";

describe.runIf(process.env["FAREWAY_SCREENSHOTS"] !== undefined)(
  "the picture of the documentation",
  () => {
    const env = environment({ signedIn: true });

    it("shows requests, and the receipt of one", async () => {
      const { servers } = env;
      await makeTeam(servers, { team_id: "search", team_alias: "Search" });
      await makeKey(servers, { key: ANN, key_alias: "ann", team_id: "search", max_budget: 10 });
      await makeKey(servers, { key: BATCH, key_alias: "nightly-batch" });
      const document =
        "The lighthouse keeper wrote down the wind, the waves and each ship. ".repeat(120);
      await ask(servers, "Hello!", { key: ANN });
      await ask(servers, "What is the capital of France?", { key: BATCH, stream: true });
      await ask(servers, "What is new? [[scenario:unknown-model]]", { key: BATCH });
      await ask(servers, "Is 7919 prime? [[scenario:served=grok-4]]", { key: ANN });
      await ask(servers, "Tell me a story about a lighthouse.", { key: ANN, stream: true });
      await ask(servers, "x [[scenario:rate-limited]]", { key: BATCH });
      for (let times = 0; times < 2; times += 1) {
        await ask(servers, `${document} Sum it up. [[scenario:served=gpt-5.6-luna-2026-07-09]]`, {
          key: ANN,
        });
      }
      const { page } = env.browser;
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`${env.at()}/ui/logs`);
      await openReceipt(page, 0);
      await mkdir(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, "ui.png"), animations: "disabled" });
    });
  },
);
