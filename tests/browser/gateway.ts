/** Calls of the gateway's API that prepare what a page shows: requests, keys, teams and models. */
import type { components } from "../../crates/gateway/ui/src/api/schema";
import { AZURE_KEY, KEY, type Servers } from "./servers";

/** Types of responses, generated from the OpenAPI document. */
export type Schemas = components["schemas"];

async function post(servers: Servers, path: string, body: unknown, key: string): Promise<Response> {
  return fetch(servers.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** The response of an API endpoint to the operator. */
export async function read<Answer>(servers: Servers, path: string): Promise<Answer> {
  return (
    await fetch(servers.url + path, { headers: { authorization: `Bearer ${KEY}` } })
  ).json() as Promise<Answer>;
}

/** Sends a prompt and reads the response to its end, whatever it is. */
export async function ask(
  servers: Servers,
  prompt: string,
  {
    key = KEY,
    model = "azure-model-router",
    stream = false,
    most = undefined as number | undefined,
    tags = [] as string[],
  } = {},
): Promise<void> {
  const answer = await post(
    servers,
    "/v1/chat/completions",
    {
      model,
      messages: [{ role: "user", content: prompt }],
      stream,
      max_completion_tokens: most,
      metadata: { tags },
    },
    key,
  );
  await answer.text();
}

export async function makeKey(servers: Servers, terms: Record<string, unknown>): Promise<void> {
  const answer = await post(servers, "/key/generate", terms, KEY);
  if (!answer.ok) throw new Error(await answer.text());
}

export async function makeTeam(servers: Servers, terms: Record<string, unknown>): Promise<void> {
  const answer = await post(servers, "/team/new", terms, KEY);
  if (!answer.ok) throw new Error(await answer.text());
}

/** Adds a deployment of the emulator and returns its ID. */
export async function makeModel(servers: Servers, name: string): Promise<string> {
  const params = {
    model: "azure_ai/azure-model-router",
    api_base: `${servers.azure}/openai/v1/`,
    api_key: AZURE_KEY,
  };
  const answer = await post(
    servers,
    "/model/new",
    { model_name: name, litellm_params: params },
    KEY,
  );
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as Schemas["Deployment"]).model_info.id;
}

export async function changeModel(
  servers: Servers,
  id: string,
  terms: Record<string, unknown>,
): Promise<void> {
  const answer = await post(servers, "/model/update", { model_id: id, ...terms }, KEY);
  if (!answer.ok) throw new Error(await answer.text());
}
