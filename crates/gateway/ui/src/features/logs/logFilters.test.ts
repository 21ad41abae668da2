/** The URL's filters become the API query, and nothing else in the URL does. */
import { expect, it } from "vitest";
import { csvUrl, queryOf, timeOfId } from "./logFilters";

const NOW = new Date("2026-11-25T12:00:00Z");

it("passes on what it knows only", () => {
  expect(queryOf({ served: "gpt-5", open: "x", live: "1", tag: "" }, NOW)).toEqual({
    served: "gpt-5",
  });
});
it("counts a range back from now", () => {
  expect(queryOf({ range: "24h" }, NOW)).toEqual({ from: "2026-11-24T12:00:00.000Z" });
});
it("writes the table's address safely", () => {
  expect(csvUrl({ tag: "a&b=c" })).toBe("/fareway/v1/requests.csv?tag=a%26b%3Dc");
});
it("reads the time of an id", () => {
  expect(timeOfId("01a212da-bce8-77fc-871b-9192b353f897")?.toISOString()).toBe(
    "2026-11-25T13:17:34.824Z",
  );
  expect(timeOfId("nope")).toBeNull();
});
