/** What somebody has typed of a key or team, and the API's fields made of it: those that differ from what there was. */
import type { Key } from "../../api/keys";
import type { Team } from "../../api/teams";

export type Of = "key" | "team";
/** Whole numbers; "" where there is no limit. */
export type Count = number | "";

/** Props of form fields that edit a draft. */
export interface FieldProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

export interface Draft {
  name: string;
  /** Of a new team; "" where it is chosen by the gateway. */
  id: string;
  /** Dollars; "" where there is no budget. */
  budget: string;
  resets: string;
  mode: "strict" | "soft";
  team: string;
  user: string;
  /** From now on; "" leaves it as it is, and NEVER takes the end away. */
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

/** A key or team as it could have been typed. */
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

/** The fields that differ. What was emptied is null, as if it had never been set; nothing is ever taken for zero. */
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
/** Why a budget cannot be taken; null where it can. */
export const budgetError = (text: string): string | null =>
  text.trim() === "" || DOLLARS.test(text.trim()) ? null : "Dollars, such as 50 or 0.25";
