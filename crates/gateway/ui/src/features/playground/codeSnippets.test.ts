/** Copied code must run: quoting and literals of each language. */
import { expect, it } from "vitest";
import { codeSnippet } from "./codeSnippets";

const prompt = {
  group: "router",
  messages: [{ role: "user" as const, content: 'It\'s "fine"\n' }],
  parameters: { temperature: "0.5", maxTokens: "", effort: "", stream: true },
};

it("quotes for the shell", () => {
  expect(codeSnippet("curl", "http://gateway", prompt, null)).toContain(
    `"content": "It'\\''s \\"fine\\"\\n"`,
  );
});

it("writes Python's constants", () => {
  const code = codeSnippet("Python", "http://gateway", prompt, null);
  expect(code).toContain("stream=True");
  expect(code).toContain('"include_usage": True');
  expect(code).toContain('"content": "It\'s \\"fine\\"\\n"');
});

it("shows no key, only where to put it", () => {
  for (const language of ["curl", "Python", "Rust"] as const) {
    expect(codeSnippet(language, "http://gateway", prompt, null)).toContain("FAREWAY_API_KEY");
  }
});

it.each([
  ["curl", "-H 'x-fareway-as-key: a1b2' \\\n"],
  ["Python", '    extra_headers={"x-fareway-as-key": "a1b2"},\n'],
  ["Rust", '        .header("x-fareway-as-key", "a1b2")\n'],
] as const)("asks in the name of a key in %s, where one is chosen", (language, line) => {
  expect(codeSnippet(language, "http://gateway", prompt, "a1b2")).toContain(line);
  expect(codeSnippet(language, "http://gateway", prompt, null)).not.toContain("as-key");
});

it("writes Rust's escapes, as JSON's do not all compile", () => {
  const content = 'a\u001b[0m\b\f\t"\\u001b \\b\ud800\u202e';
  const code = codeSnippet(
    "Rust",
    "http://gateway",
    { ...prompt, messages: [{ role: "user", content }] },
    null,
  );
  expect(code).toContain(
    String.raw`"content": "a\u{1b}[0m\u{8}\u{c}\t\"\\u001b \\b\u{fffd}\u{202e}"`,
  );
});

it("streams in Rust where that is chosen, and only there", () => {
  const streamed = codeSnippet("Rust", "http://gateway", prompt, null);
  expect(streamed).toContain('"stream": true,');
  expect(streamed).toContain("answer.chunk().await?");
  const whole = codeSnippet(
    "Rust",
    "http://gateway",
    { ...prompt, parameters: { ...prompt.parameters, stream: false } },
    null,
  );
  expect(whole).not.toContain("stream");
  expect(whole).toContain("let answer: Value");
});
