/** Chat completions: the response's text as it arrives, and the ID of the request in the ledger. */
import { sessionIsOver } from "./cache";
import type { Schemas } from "./client";
import { apiError } from "./error";

export interface Message {
  role: "system" | "user" | "assistant";
  content: string;
}
/** As typed; "" leaves a parameter out. */
export interface Parameters {
  temperature: string;
  maxTokens: string;
  effort: string;
  stream: boolean;
}
export interface Prompt {
  group: string;
  messages: readonly Message[];
  parameters: Parameters;
}

/** Called as the response arrives. */
interface Listener {
  id: (id: string) => void;
  text: (piece: string) => void;
}

/** The header with which an admin sends a request on behalf of another key, named by its hash. */
export const AS_KEY = "x-fareway-as-key";

/** The request body; parameters that are not set are left out. */
export function bodyOf({ group, messages, parameters }: Prompt): Record<string, unknown> {
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

/** Sends a prompt and reads the response to its end. Throws if it fails. */
export async function sendPrompt(
  prompt: Prompt,
  keyId: string | null,
  signal: AbortSignal,
  listener: Listener,
): Promise<void> {
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json", ...(keyId === null ? {} : { [AS_KEY]: keyId }) },
    body: JSON.stringify(bodyOf(prompt)),
    signal,
    credentials: "same-origin",
  });
  const id = response.headers.get("x-fareway-request-id");
  if (id !== null) listener.id(id);
  if (response.status === 401) sessionIsOver();
  if (response.ok && response.body && isEventStream(response)) {
    return readEvents(response.body, response.status, listener);
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw apiError(response.status, body);
  const completion = body as Schemas["ChatCompletion"] | null;
  listener.text(textOf(completion?.choices?.[0]?.message));
}

const isEventStream = ({ headers }: Response): boolean =>
  headers.get("content-type")?.startsWith("text/event-stream") === true;

type Events = ReadableStream<Uint8Array>;

async function readEvents(events: Events, status: number, listener: Listener): Promise<void> {
  for await (const data of dataOf(events)) {
    if (data === "[DONE]") return;
    const event = JSON.parse(data) as Schemas["ChatEvent"];
    if ("error" in event) throw apiError(status, event);
    const chunk = event as Schemas["ChatCompletionChunk"];
    const piece = textOf(chunk.choices?.[0]?.delta);
    if (piece !== "") listener.text(piece);
  }
}

/** The data of each server-sent event. */
export async function* dataOf(events: Events): AsyncGenerator<string> {
  const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
  const reader = events.pipeThrough(decoder).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // This finds an empty line between CR and LF, which carries no data.
      const lines = (rest + value).split(/[\r\n]/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("data:")) yield line.slice(5).replace(/^ /, "");
      }
    }
  } finally {
    reader.releaseLock();
  }
}

/** The text of a message or of a piece of it; a refusal takes its place. */
function textOf(part: Record<string, unknown> | null | undefined): string {
  const text = part?.["content"] ?? part?.["refusal"];
  return typeof text === "string" ? text : "";
}
