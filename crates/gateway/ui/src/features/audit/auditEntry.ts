/** Labels of audit entries, and the filters of the page. */
import type { AuditEntry, AuditQuery } from "../../api/audit";

type Filters = Record<string, string | undefined>;

/** Filters that match a value exactly. */
export const FIELDS = [
  { name: "actor", label: "By", about: "operator, gateway, nobody or a key alias" },
  { name: "subject", label: "ID", about: "Key, team, user or model ID" },
  { name: "ip", label: "IP address", about: "10.0.0.7" },
] as const;

export const KINDS = [
  "key",
  "team",
  "user",
  "model",
  "session",
  "client",
  "prices",
  "requests",
  "gateway",
] as const;

/** Labels of the actions. */
export const ACTIONS: Readonly<Record<string, string>> = {
  create_key: "Created key",
  update_key: "Changed key",
  delete_key: "Deleted key",
  block_key: "Blocked key",
  unblock_key: "Unblocked key",
  replace_key: "Replaced key",
  create_team: "Created team",
  update_team: "Changed team",
  delete_team: "Deleted team",
  block_team: "Blocked team",
  unblock_team: "Unblocked team",
  create_user: "Created user",
  update_user: "Changed user",
  delete_user: "Deleted user",
  create_model: "Added model",
  update_model: "Changed model",
  delete_model: "Deleted model",
  block_model: "Blocked model",
  unblock_model: "Unblocked model",
  sign_in: "Signed in",
  sign_out: "Signed out",
  refuse_sign_in: "Rejected sign-in",
  widen_pool: "Widened router pool",
  narrow_pool: "Narrowed router pool",
  reprice: "Repriced requests",
  reload_prices: "Reloaded prices",
  free_leases: "Released leases",
};

export const actionOf = (action: string): string => ACTIONS[action] ?? action.replaceAll("_", " ");

/** Label of the actor; a key by its alias or the beginning of its ID. */
export function actorOf({
  actor,
  key_alias,
  key_id,
}: Pick<AuditEntry, "actor" | "key_alias" | "key_id">): string {
  if (actor === "operator") return "Master key";
  if (actor === "gateway") return "Gateway";
  if (actor === "nobody") return "Anonymous";
  return key_alias ?? (key_id === null ? actor : `${key_id.slice(0, 12)}…`);
}

/** The API query for the URL's filters. */
export function queryOf(filters: Filters): AuditQuery {
  const names = ["from", "to", "action", "kind", ...FIELDS.map(({ name }) => name)];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = filters[name]?.trim();
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}

export interface Difference {
  field: string;
  before: string;
  after: string;
}

/** The changed fields of an entry; a missing value is empty. */
export function differences(before: unknown, after: unknown): Difference[] {
  const fields = (side: unknown): Record<string, unknown> =>
    typeof side === "object" && side !== null && !Array.isArray(side)
      ? (side as Record<string, unknown>)
      : side === null || side === undefined
        ? {}
        : { value: side };
  const [old, now] = [fields(before), fields(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names.map((field) => ({ field, before: written(old[field]), after: written(now[field]) }));
}

const written = (value: unknown): string =>
  value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);

/** The changed fields in one line. */
export function inShort(before: unknown, after: unknown): string {
  const all = differences(before, after);
  return all
    .map((one) =>
      before === null || one.before === ""
        ? `${one.field} ${one.after}`
        : after === null || one.after === ""
          ? `${one.field} ${one.before}`
          : `${one.field} ${one.before} → ${one.after}`,
    )
    .join(", ");
}
