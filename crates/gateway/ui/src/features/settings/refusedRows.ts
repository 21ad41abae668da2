/** Rows that the database refused, in words. */
import { formatTokens } from "../../lib/tokens";

/** What is said of rows that the database refused, and what to do about them; null where there are none. */
export function rejectedRowsWarning(rows: number): { title: string; next: string } | null {
  if (rows === 0) return null;
  const [title, file, entries] =
    rows === 1
      ? [
          "The database refused one entry",
          "It is kept in a file",
          "the entry is not in the reports, and its budgets were not charged in the database",
        ]
      : [
          `The database refused ${formatTokens(rows)} entries`,
          "Each is kept in a file",
          "the entries are not in the reports, and their budgets were not charged in the database",
        ];
  return {
    title,
    next: `${file} in the folder "refused" beside the spool's segments, with the database's reason. Until it is stored, ${entries}. Remove the cause and restart the gateway: it tries them again at each start, and deletes the file of what was stored.`,
  };
}
