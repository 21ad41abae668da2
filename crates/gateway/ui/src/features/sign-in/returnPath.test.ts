/** Signing in never leads out of the UI. */
import { expect, it } from "vitest";
import { returnPath } from "./returnPath";

it("goes back to where one was", () => {
  expect(returnPath("/logs?status=exact")).toBe("/logs?status=exact");
});
it.each([
  undefined,
  "",
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "/sign-in?back=/",
])("does not go to %s", (wanted) => {
  expect(returnPath(wanted)).toBe("/");
});
