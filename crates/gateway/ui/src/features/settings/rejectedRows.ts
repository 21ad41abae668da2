/** Warning about entries that the database rejected. */
import { formatTokens } from "../../lib/tokens";

/** Describes the rejected entries and what to do about them; null if there are none. */
export function rejectedRowsWarning(rows: number): { title: string; next: string } | null {
  if (rows === 0) return null;
  if (rows === 1) {
    return {
      title: "The database rejected one entry",
      next: `It is saved ${PLACE} Until it is stored, it is missing from reports, and its budgets are not charged in the database. Fix the cause and restart the gateway: it retries at every start, and deletes the file once the entry is stored.`,
    };
  }
  return {
    title: `The database rejected ${formatTokens(rows)} entries`,
    next: `Each is saved ${PLACE} Until they are stored, they are missing from reports, and their budgets are not charged in the database. Fix the cause and restart the gateway: it retries at every start, and deletes the files of entries once they are stored.`,
  };
}

const PLACE =
  'as a file in the folder "refused" next to the spool segments, with the error of the database.';
