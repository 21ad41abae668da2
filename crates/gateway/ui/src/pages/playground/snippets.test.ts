/** Code that was copied must run: quotes and types of each language. */
import { expect, it } from "vitest";
import { snippet } from "./snippets";

const asking = { group: "router", messages: [{ role: "user" as const, content: 'It\'s "fine"\n' }], parameters: { temperature: "0.5", maxTokens: "", effort: "", stream: true } };

it("quotes for the shell", () => {
  expect(snippet("curl", "http://gateway", asking)).toContain(`"content": "It'\\''s \\"fine\\"\\n"`);
});

it("writes Python's constants", () => {
  const code = snippet("Python", "http://gateway", asking);
  expect(code).toContain("stream=True");
  expect(code).toContain('"include_usage": True');
  expect(code).toContain('"content": "It\'s \\"fine\\"\\n"');
});

it("shows no key, only where to put it", () => {
  for (const language of ["curl", "Python", "Rust"] as const) {
    expect(snippet(language, "http://gateway", asking)).toContain("FAREWAY_API_KEY");
  }
});
