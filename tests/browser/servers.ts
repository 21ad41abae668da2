/**
 * An Azure emulator and a gateway in front of it: debug binaries, free ports, a temporary folder.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

export const ROOT = resolve(import.meta.dirname, "../..");
export const KEY = "sk-1234";
/** The well-known master key above cannot encrypt credentials. */
const SALT_KEY = "salt-key-of-the-browser-tests";
export const AZURE_KEY = "pretend-azure-key";
const BINARIES = process.env["FAREWAY_BIN"] ?? join(ROOT, "target/debug");

export interface Servers {
  /** The gateway's URL without a trailing slash. */
  readonly url: string;
  /** The emulator's URL. */
  readonly azure: string;
  /** Restarts the gateway on its stored data, optionally with custom prices. */
  restart(prices?: unknown): Promise<void>;
  stop(): Promise<void>;
}

/**
 * `settings` are additional lines of `general_settings`; `entries` is the number of requests in the
 * ledger.
 */
export async function startServers(settings = "", entries = 0): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), "fareway-browser-"));
  const [azurePort, free] = await Promise.all([freePort(), freePort()]);
  // For UI development: a port that the development server knows.
  const port = Number(process.env["FAREWAY_PORT"] ?? free);
  const azure = `http://127.0.0.1:${String(azurePort)}`;
  const url = `http://127.0.0.1:${String(port)}`;
  await writeFile(join(folder, "config.yaml"), config(azure) + settings);
  if (entries > 0)
    await promisify(execFile)(join(BINARIES, "examples/fill"), [
      join(folder, "fareway.db"),
      String(entries),
    ]);
  const serve = () =>
    start(
      "fareway-gateway",
      ["--config", "config.yaml", "--port", String(port)],
      folder,
      `${url}/health/liveness`,
    );
  const emulator = await start(
    "fareway-emulator",
    ["--port", String(azurePort), "--seed", "20", "--key", AZURE_KEY],
    folder,
    azure,
  );
  let gateway = await serve();
  return {
    url,
    azure,
    async restart(prices) {
      await end(gateway);
      if (prices !== undefined) {
        await writeFile(join(folder, "prices.json"), JSON.stringify(prices));
        await writeFile(
          join(folder, "config.yaml"),
          `${config(azure)}${settings}pricing:\n  overlay: prices.json\n`,
        );
      }
      gateway = await serve();
    },
    async stop() {
      await Promise.all([end(gateway), end(emulator)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const config = (azure: string) => `model_list:
  - model_name: azure-model-router
    litellm_params:
      model: azure_ai/azure-model-router
      api_base: ${azure}/openai/v1/
      api_key: ${AZURE_KEY}
upstreams:
  allowed_hosts: [127.0.0.1]
general_settings:
  master_key: ${KEY}
`;

async function start(
  name: string,
  parameters: string[],
  cwd: string,
  url: string,
): Promise<ChildProcess> {
  const child = spawn(join(BINARIES, name), parameters, {
    cwd,
    env: { ...process.env, FAREWAY_SALT_KEY: SALT_KEY },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (text: Buffer) => {
    said = (said + text.toString()).slice(-4_000);
  });
  child.on("error", (error) => {
    said += error.message;
  });
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) break;
    // Any response will do: it is listening.
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return child;
    await pause(50);
  }
  child.kill();
  throw new Error(`${name} did not start: ${said}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill();
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
