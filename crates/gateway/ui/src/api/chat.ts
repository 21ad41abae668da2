/** A chat completion as it comes: pieces of its text, and the id of its request. */
import { apiError } from "./error";
import { sessionIsOver } from "./cache";

export interface Message {
  role: "system" | "user" | "assistant";
  content: string;
}
export interface Parameters {
  temperature: string;
  maxTokens: string;
  effort: string;
  stream: boolean;
}
export interface Asking {
  group: string;
  messages: readonly Message[];
  parameters: Parameters;
}

/** The header by which an admin asks in the name of another key, which it has the hash of. */
export const AS_KEY = "x-fareway-as-key";

/** The request's body; what is not set is left out. */
export function bodyOf({ group, messages, parameters }: Asking): Record<string, unknown> {
  const number = (name: string, text: string) =>
    text.trim() === "" ? {} : { [name]: Number(text) };
  return {
    model: group,
    messages,
    ...number("temperature", parameters.temperature),
    ...number("max_completion_tokens", parameters.maxTokens),
    ...(parameters.effort === "" ? {} : { reasoning_effort: parameters.effort }),
    ...(parameters.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

/** Asks, and tells the request's id and each piece of text; ends when the answer does. Throws what went wrong. */
export async function ask(
  asking: Asking,
  keyId: string | null,
  signal: AbortSignal,
  told: { id: (id: string) => void; text: (piece: string) => void },
): Promise<void> {
  const headers = {
    "content-type": "application/json",
    ...(keyId === null ? {} : { [AS_KEY]: keyId }),
  };
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    headers,
    body: JSON.stringify(bodyOf(asking)),
    signal,
    credentials: "same-origin",
  });
  const id = response.headers.get("x-fareway-request-id");
  if (id !== null) told.id(id);
  if (response.status === 401) sessionIsOver();
  const events = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  if (!response.ok || !events || !response.body) {
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) throw apiError(response.status, body);
    told.text(textOf(body, "message"));
    return;
  }
  for await (const data of dataOf(response.body)) {
    if (data === "[DONE]") return;
    const event: unknown = JSON.parse(data);
    if (typeof event === "object" && event !== null && "error" in event)
      throw apiError(response.status, event);
    const piece = textOf(event, "delta");
    if (piece !== "") told.text(piece);
  }
}

/** The data of each server-sent event. */
export async function* dataOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // Between CR and LF is then an empty line, which has no data.
      const lines = (rest + value).split(/[\r\n]/);
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("data:")) yield line.slice(5).replace(/^ /, "");
    }
  } finally {
    reader.releaseLock();
  }
}

/** The text of the first choice, or of what refuses in its place. */
function textOf(answer: unknown, part: "message" | "delta"): string {
  const choice = at(at(answer, "choices"), "0");
  const text = at(at(choice, part), "content") ?? at(at(choice, part), "refusal");
  return typeof text === "string" ? text : "";
}

function at(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
