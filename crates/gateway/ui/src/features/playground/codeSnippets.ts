/** The request as code. It never contains the API key; it may name another key by its hash. */
import { AS_KEY, bodyOf, type Prompt } from "../../api/chat";

const LANGUAGES = ["curl", "Python", "Rust"] as const;
export type Language = (typeof LANGUAGES)[number];
export { LANGUAGES };

export function codeSnippet(
  language: Language,
  origin: string,
  prompt: Prompt,
  keyId: string | null,
): string {
  const body = bodyOf(prompt);
  if (language === "curl") {
    const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
    const asKey = keyId === null ? "" : `  -H '${AS_KEY}: ${keyId}' \\\n`;
    return `curl ${origin}/v1/chat/completions \\\n  -H "authorization: Bearer $FAREWAY_API_KEY" \\\n${asKey}  -H 'content-type: application/json' \\\n  -d '${json}'`;
  }
  return language === "Python" ? python(origin, body, keyId) : rust(origin, body, keyId);
}

function python(origin: string, body: Record<string, unknown>, keyId: string | null): string {
  const all = { ...body, ...(keyId !== null && { extra_headers: { [AS_KEY]: keyId } }) };
  const parameters = Object.entries(all)
    .map(([name, value]) => `    ${name}=${literal(value, 1)},`)
    .join("\n");
  const read =
    body["stream"] === true
      ? 'for chunk in answer:\n    if chunk.choices:\n        print(chunk.choices[0].delta.content or "", end="")\n    if chunk.usage:\n        print("\\n", chunk.model, chunk.usage.cost)'
      : "print(answer.choices[0].message.content)\nprint(answer.model, answer.usage.cost)";
  return `import os\nfrom openai import OpenAI\n\nclient = OpenAI(base_url="${origin}/v1", api_key=os.environ["FAREWAY_API_KEY"])\nanswer = client.chat.completions.create(\n${parameters}\n)\n${read}\n`;
}

/** A JSON value as a Python literal. */
function literal(value: unknown, depth: number): string {
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null) return "None";
  if (typeof value !== "object") return JSON.stringify(value);
  const [pad, end] = ["    ".repeat(depth + 1), "    ".repeat(depth)];
  if (Array.isArray(value))
    return `[\n${value.map((one) => `${pad}${literal(one, depth + 1)},\n`).join("")}${end}]`;
  return `{${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}: ${literal(one, depth + 1)}`)
    .join(", ")}}`;
}

function rust(origin: string, body: Record<string, unknown>, keyId: string | null): string {
  const asKey = keyId === null ? "" : `        .header("${AS_KEY}", "${keyId}")\n`;
  const json = rustText(JSON.stringify(body, null, 4)).replaceAll("\n", "\n    ");
  const streamed = body["stream"] === true;
  return `// reqwest (with "json"), serde_json, tokio (with "full")
${streamed ? "use std::io::Write;\n\n" : ""}use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let body = json!(${json});
    let ${streamed ? "mut answer" : "answer: Value"} = reqwest::Client::new()
        .post("${origin}/v1/chat/completions")
        .bearer_auth(std::env::var("FAREWAY_API_KEY")?)
${asKey}        .json(&body)
        .send()
        .await?
        .error_for_status()?${streamed ? ";\n" : "\n        .json()\n        .await?;\n"}${streamed ? RUST_STREAM : RUST_WHOLE}    Ok(())
}
`;
}

/**
 * JSON text as a Rust literal: some escapes differ, and characters that change the text direction
 * must be escaped.
 */
function rustText(json: string): string {
  const escapes: Record<string, string> = { "\\b": "\\u{8}", "\\f": "\\u{c}" };
  return (
    json
      // A lone surrogate is not a character in Rust.
      .replace(/\\(?:u([0-9a-f]{4})|.)/g, (escape, code?: string) =>
        code === undefined
          ? (escapes[escape] ?? escape)
          : /^d[89a-f]/.test(code)
            ? "\\u{fffd}"
            : `\\u{${code.replace(/^0+(?=.)/, "")}}`,
      )
      .replace(/[\u202a-\u202e\u2066-\u2069]/g, (mark) => `\\u{${mark.charCodeAt(0).toString(16)}}`)
  );
}

const RUST_WHOLE = `    println!("{}", answer["choices"][0]["message"]["content"]);
    println!("{} {}", answer["model"], answer["usage"]["cost"]);
`;

/** Reads events line by line: an event may be split anywhere, and the last line is not JSON. */
const RUST_STREAM = `    let mut held: Vec<u8> = Vec::new();
    while let Some(bytes) = answer.chunk().await? {
        held.extend_from_slice(&bytes);
        while let Some(end) = held.iter().position(|&byte| byte == b'\\n') {
            let line: Vec<u8> = held.drain(..=end).collect();
            let Some(data) = line.strip_prefix(b"data: ") else { continue };
            let Ok(chunk) = serde_json::from_slice::<Value>(data) else { continue };
            if let Some(error) = chunk.get("error") {
                return Err(error.to_string().into());
            }
            print!("{}", chunk["choices"][0]["delta"]["content"].as_str().unwrap_or_default());
            std::io::stdout().flush()?;
            if chunk["usage"].is_object() {
                println!("\\n{} {}", chunk["model"], chunk["usage"]["cost"]);
            }
        }
    }
`;
