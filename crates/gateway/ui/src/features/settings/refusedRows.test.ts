/** What Settings says of rows that the database refused. */
import { expect, it } from "vitest";
import { rejectedRowsWarning } from "./refusedRows";

it("says nothing of rows where none was refused", () => {
  expect(rejectedRowsWarning(0)).toBeNull();
});
it("says how many rows the database refused, where they are and what to do", () => {
  expect(rejectedRowsWarning(1)?.title).toBe("The database refused one entry");
  const many = rejectedRowsWarning(1234);
  expect(many?.title).toBe("The database refused 1,234 entries");
  for (const part of ['"refused"', "reason", "restart", "not in the reports"])
    expect(many?.next).toContain(part);
});
