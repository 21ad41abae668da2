/** Signing in never leads out of the page. */
import { expect, it } from "vitest";
import { safeBack } from "./returnPath";

it("goes back to where one was", () => {
  expect(safeBack("/logs?status=exact")).toBe("/logs?status=exact");
});
it.each([
  undefined,
  "",
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "/sign-in?back=/",
])("does not go to %s", (wanted) => {
  expect(safeBack(wanted)).toBe("/");
});
