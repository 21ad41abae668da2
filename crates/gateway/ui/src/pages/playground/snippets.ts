/** The request as code. The key is never in it; in whose name an admin asks is, by that key's hash. */
import { AS_KEY, bodyOf, type Asking } from "./stream";

const LANGUAGES = ["curl", "Python", "Rust"] as const;
export type Language = (typeof LANGUAGES)[number];
export { LANGUAGES };

export function snippet(language: Language, origin: string, asking: Asking, keyId: string | null): string {
  const body = bodyOf(asking);
  if (language === "curl") {
    const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
    const asKey = keyId === null ? "" : `  -H '${AS_KEY}: ${keyId}' \\\n`;
    return `curl ${origin}/v1/chat/completions \\\n  -H "authorization: Bearer $FAREWAY_API_KEY" \\\n${asKey}  -H 'content-type: application/json' \\\n  -d '${json}'`;
  }
  return language === "Python" ? python(origin, body, keyId) : rust(origin, body, keyId);
}

function python(origin: string, body: Record<string, unknown>, keyId: string | null): string {
  const all = { ...body, ...(keyId !== null && { extra_headers: { [AS_KEY]: keyId } }) };
  const parameters = Object.entries(all).map(([name, value]) => `    ${name}=${literal(value, 1)},`).join("\n");
  const read = body["stream"] === true
    ? 'for chunk in answer:\n    if chunk.choices:\n        print(chunk.choices[0].delta.content or "", end="")\n    if chunk.usage:\n        print("\\n", chunk.model, chunk.usage.cost)'
    : "print(answer.choices[0].message.content)\nprint(answer.model, answer.usage.cost)";
  return `import os\nfrom openai import OpenAI\n\nclient = OpenAI(base_url="${origin}/v1", api_key=os.environ["FAREWAY_API_KEY"])\nanswer = client.chat.completions.create(\n${parameters}\n)\n${read}\n`;
}

/** A JSON value as Python writes it. */
function literal(value: unknown, depth: number): string {
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null) return "None";
  if (typeof value !== "object") return JSON.stringify(value);
  const [pad, end] = ["    ".repeat(depth + 1), "    ".repeat(depth)];
  if (Array.isArray(value)) return `[\n${value.map((one) => `${pad}${literal(one, depth + 1)},\n`).join("")}${end}]`;
  return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${literal(one, depth + 1)}`).join(", ")}}`;
}

function rust(origin: string, body: Record<string, unknown>, keyId: string | null): string {
  const asKey = keyId === null ? "" : `        .header("${AS_KEY}", "${keyId}")\n`;
  const whole = Object.fromEntries(Object.entries(body).filter(([name]) => !name.startsWith("stream")));
  const json = JSON.stringify(whole, null, 4).replaceAll("\n", "\n    ");
  return `// reqwest (with "json"), serde_json, tokio\nuse serde_json::{Value, json};\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let body = json!(${json});\n    let answer: Value = reqwest::Client::new()\n        .post("${origin}/v1/chat/completions")\n        .bearer_auth(std::env::var("FAREWAY_API_KEY")?)\n${asKey}        .json(&body)\n        .send()\n        .await?\n        .error_for_status()?\n        .json()\n        .await?;\n    println!("{}", answer["choices"][0]["message"]["content"]);\n    println!("{} {}", answer["model"], answer["usage"]["cost"]);\n    Ok(())\n}\n`;
}
