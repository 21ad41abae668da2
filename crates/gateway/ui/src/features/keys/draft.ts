/** Draft of a key or team as typed into the form, and the API fields that it changes. */
import type { Key } from "../../api/keys";
import type { Team } from "../../api/teams";

export type Of = "key" | "team";
/** A whole number; "" without a limit. */
export type Count = number | "";

/** Props of form fields that edit a draft. */
export interface FieldProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

export interface Draft {
  name: string;
  /** ID of a new team; "" if the gateway generates it. */
  id: string;
  /** Dollars; "" without a budget. */
  budget: string;
  resets: string;
  mode: "strict" | "soft";
  team: string;
  user: string;
  /** Duration from now; "" leaves the expiry unchanged, and NEVER removes it. */
  expires: string;
  rpm: Count;
  tpm: Count;
  parallel: Count;
  groups: readonly string[];
  admin: boolean;
}

export const NEVER = "never";
export const EMPTY: Draft = {
  name: "",
  id: "",
  budget: "",
  resets: "",
  mode: "strict",
  team: "",
  user: "",
  expires: "",
  rpm: "",
  tpm: "",
  parallel: "",
  groups: [],
  admin: false,
};

/** The draft of an existing key or team. */
export function draftOf(row: Key | Team): Draft {
  const own =
    "token" in row
      ? {
          name: row.key_alias ?? "",
          team: row.team_id ?? "",
          user: row.user_id ?? "",
          admin: row.admin,
        }
      : { name: row.team_alias ?? "", id: row.team_id };
  return {
    ...EMPTY,
    ...own,
    budget: row.max_budget ?? "",
    resets: row.budget_duration ?? "",
    mode: row.budget_mode,
    rpm: row.rpm_limit ?? "",
    tpm: row.tpm_limit ?? "",
    parallel: row.max_parallel_requests ?? "",
    groups: row.models,
  };
}

/**
 * The fields that differ. An emptied field is null, as if it had never been set; it is never zero.
 */
export function changesOf(of: Of, draft: Draft, before: Draft): Record<string, unknown> {
  const names: Partial<Record<keyof Draft, string>> =
    of === "key"
      ? { name: "key_alias", team: "team_id", user: "user_id", admin: "admin" }
      : { name: "team_alias", id: "team_id" };
  const fields = {
    ...names,
    budget: "max_budget",
    resets: "budget_duration",
    mode: "budget_mode",
    rpm: "rpm_limit",
    tpm: "tpm_limit",
    parallel: "max_parallel_requests",
    groups: "models",
  };
  const changed = Object.entries(fields).flatMap(([name, field]): [string, unknown][] => {
    const [now, then] = [plain(draft[name as keyof Draft]), plain(before[name as keyof Draft])];
    return JSON.stringify(now) === JSON.stringify(then) ? [] : [[field, now === "" ? null : now]];
  });
  const expiry: [string, unknown][] =
    of === "key" && draft.expires !== ""
      ? [["duration", draft.expires === NEVER ? null : draft.expires]]
      : [];
  return Object.fromEntries([...changed, ...expiry]);
}

const plain = (value: Draft[keyof Draft]) => (typeof value === "string" ? value.trim() : value);

const DOLLARS = /^\d+(\.\d{1,12})?$/;
/** The error of an invalid budget; null if it is valid. */
export const budgetError = (text: string): string | null =>
  text.trim() === "" || DOLLARS.test(text.trim())
    ? null
    : "Enter an amount in dollars, such as 50 or 0.25";
