/** What tests ask of a gateway beside the page: requests to be seen there, keys, and models. */
import { AZURE_KEY, KEY, type Servers } from "./servers";

async function post(servers: Servers, path: string, body: unknown, key: string): Promise<Response> {
  return fetch(servers.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** What a page of the API says to the operator. */
export async function read(servers: Servers, path: string): Promise<unknown> {
  return (await fetch(servers.url + path, { headers: { authorization: `Bearer ${KEY}` } })).json();
}

/** Sends a prompt and reads the answer to its end, whatever it is. */
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

/** Adds a deployment of the pretend Azure, and tells its id. */
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
  return ((await answer.json()) as { model_info: { id: string } }).model_info.id;
}

export async function changeModel(
  servers: Servers,
  id: string,
  terms: Record<string, unknown>,
): Promise<void> {
  const answer = await post(servers, "/model/update", { model_id: id, ...terms }, KEY);
  if (!answer.ok) throw new Error(await answer.text());
}
