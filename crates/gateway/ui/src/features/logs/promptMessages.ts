/** Messages in a stored prompt, which is the client's JSON or the first part of it. */
export interface Message {
  role: string;
  text: string;
}

export function messagesIn(prompt: string): Message[] {
  const messages = parsed(prompt);
  if (!Array.isArray(messages)) return [{ role: "prompt", text: prompt }];
  return messages.map((message: unknown) => {
    const role = field(message, "role");
    const content = field(message, "content");
    const only =
      typeof message === "object" &&
      message !== null &&
      Object.keys(message).every((name) => name === "role" || name === "content");
    return {
      role: typeof role === "string" ? role : "message",
      text: only && typeof content === "string" ? content : JSON.stringify(message, null, 2),
    };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
