/** Labels and changes of audit entries. */
import { expect, it } from "vitest";
import { actionOf, actorOf, differences, inShort, queryOf } from "./auditEntry";

it("names who did it", () => {
  const key = { actor: "key", key_alias: null, key_id: "0123456789abcdef" };
  expect(actorOf({ ...key, actor: "operator" })).toBe("Master key");
  expect(actorOf({ ...key, key_alias: "root" })).toBe("root");
  expect(actorOf(key)).toBe("0123456789ab…");
  expect(actorOf({ ...key, actor: "nobody", key_id: null })).toBe("Anonymous");
});

it("names what was done, also what this page does not know", () => {
  expect(actionOf("update_key")).toBe("Changed key");
  expect(actionOf("paint_key")).toBe("paint key");
});

it("shows what is different, field by field", () => {
  expect(differences({ max_budget: "5" }, { max_budget: "7.5", models: ["a"] })).toEqual([
    { field: "max_budget", before: "5", after: "7.5" },
    { field: "models", before: "", after: '["a"]' },
  ]);
  expect(differences("key:a", "key:b")).toEqual([
    { field: "value", before: "key:a", after: "key:b" },
  ]);
  expect(differences(null, null)).toEqual([]);
  expect(inShort({ max_budget: "5" }, { max_budget: "7.5" })).toBe("max_budget 5 → 7.5");
  expect(inShort(null, { blocked: false })).toBe("blocked false");
  expect(inShort({ blocked: false }, null)).toBe("blocked false");
});

it("asks for what the URL names", () => {
  expect(
    queryOf({ actor: " root ", kind: "key", action: "", tab: "x", from: "2026-11-01" }),
  ).toEqual({ actor: "root", kind: "key", from: "2026-11-01" });
});
