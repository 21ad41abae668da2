/** Only changed fields are sent, and emptied fields are removed. */
import { expect, it } from "vitest";
import type { Key } from "../../api/keys";
import { budgetError, changesOf, draftOf, EMPTY, NEVER } from "./draft";

const key = {
  token: "t",
  key_name: "sk-...1",
  key_alias: "ann",
  team_id: "blue",
  user_id: null,
  admin: false,
  models: ["a"],
  max_budget: "4",
  budget_duration: "30d",
  budget_mode: "soft",
  rpm_limit: 60,
  tpm_limit: null,
  max_parallel_requests: 0,
} as unknown as Key;
const before = draftOf(key);

it("sends nothing of what is as it was", () => {
  expect(changesOf("key", before, before)).toEqual({});
  expect(changesOf("key", { ...before, name: " ann ", groups: ["a"] }, before)).toEqual({});
});
it("clears what was emptied, and keeps a zero a zero", () => {
  expect(before.parallel).toBe(0);
  const emptied = {
    ...before,
    name: "",
    budget: "",
    resets: "",
    team: "",
    rpm: "",
    parallel: "",
    groups: [],
  } as const;
  expect(changesOf("key", emptied, before)).toEqual({
    key_alias: null,
    max_budget: null,
    budget_duration: null,
    team_id: null,
    rpm_limit: null,
    max_parallel_requests: null,
    models: [],
  });
  expect(changesOf("key", { ...before, rpm: 0 }, before)).toEqual({ rpm_limit: 0 });
});
it("sends each change by the API's name", () => {
  expect(
    changesOf(
      "key",
      { ...before, budget: "5.50", mode: "strict", user: "u", tpm: 9, admin: true, expires: "30d" },
      before,
    ),
  ).toEqual({
    max_budget: "5.50",
    budget_mode: "strict",
    user_id: "u",
    tpm_limit: 9,
    admin: true,
    duration: "30d",
  });
  expect(changesOf("key", { ...before, expires: NEVER }, before)).toEqual({ duration: null });
});
it("makes a team of what was given", () => {
  expect(
    changesOf(
      "team",
      { ...EMPTY, name: "Search", id: "search", budget: "12.5", expires: "1d" },
      EMPTY,
    ),
  ).toEqual({ team_alias: "Search", team_id: "search", max_budget: "12.5" });
});
it("takes dollars as they are written", () => {
  expect(["", "0", "0.000000000001", " 12 "].map(budgetError)).toEqual([null, null, null, null]);
  expect(["ten", "-1", "1e3", "$5", "0.0000000000001"].map(budgetError)).not.toContain(null);
});
