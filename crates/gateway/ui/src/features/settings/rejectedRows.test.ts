/** The warning about entries that the database rejected. */
import { expect, it } from "vitest";
import { rejectedRowsWarning } from "./rejectedRows";

it("returns null without rejected entries", () => {
  expect(rejectedRowsWarning(0)).toBeNull();
});
it("says how many entries were rejected, where they are and what to do", () => {
  expect(rejectedRowsWarning(1)?.title).toBe("The database rejected one entry");
  const many = rejectedRowsWarning(1234);
  expect(many?.title).toBe("The database rejected 1,234 entries");
  for (const part of ['"refused"', "error", "restart", "missing from reports"])
    expect(many?.next).toContain(part);
});
