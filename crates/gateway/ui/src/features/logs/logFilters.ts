/** Fields of a request: their filters in Logs, the API query built from these, lines in a receipt. */
import type { Receipt, RequestQuery } from "../../api/requests";

type Filters = Record<string, string | undefined>;

/** Time ranges that end now. */
export const RANGES = [
  { value: "1h", label: "Last hour", hours: 1 },
  { value: "24h", label: "Last 24 hours", hours: 24 },
  { value: "7d", label: "Last 7 days", hours: 24 * 7 },
  { value: "30d", label: "Last 30 days", hours: 24 * 30 },
] as const;

export const OUTCOMES = [
  { value: "completed", label: "Completed" },
  { value: "refused", label: "Refused" },
  { value: "failed", label: "Failed" },
  { value: "client_gone", label: "Disconnected" },
  { value: "interrupted", label: "Interrupted" },
  { value: "open", label: "In progress" },
] as const;

interface Field {
  /** Its name in the URL and in the query of the API. */
  name: string;
  label: string;
  /** Whether its filter makes sense for a single key as well. */
  everybody: boolean;
  /** Its line in a receipt, if that is the text alone. */
  line?: { section: "ids" | "caller"; of: (receipt: Receipt) => string | null };
}

/** Fields of a request that are text, with the filters that match their value exactly. */
export const FIELDS: readonly Field[] = [
  { name: "asked", label: "Asked", everybody: true },
  { name: "served", label: "Served", everybody: true },
  { name: "deployment", label: "Deployment", everybody: false },
  { name: "key_alias", label: "Key", everybody: false },
  {
    name: "team",
    label: "Team",
    everybody: false,
    line: { section: "caller", of: ({ who }) => who.team_id },
  },
  {
    name: "user",
    label: "User",
    everybody: false,
    line: { section: "caller", of: ({ who }) => who.user_id },
  },
  {
    name: "end_user",
    label: "End user",
    everybody: true,
    line: { section: "caller", of: ({ who }) => who.end_user },
  },
  {
    name: "session",
    label: "Session",
    everybody: true,
    line: { section: "caller", of: ({ who }) => who.session_id },
  },
  {
    name: "client_ip",
    label: "Client IP",
    everybody: true,
    line: { section: "caller", of: ({ who }) => who.client_ip },
  },
  { name: "tag", label: "Tag", everybody: true },
  {
    name: "api",
    label: "API",
    everybody: true,
    line: { section: "ids", of: (receipt) => receipt.api },
  },
  {
    name: "provider_region",
    label: "Region",
    everybody: true,
    line: { section: "ids", of: (receipt) => receipt.provider_region },
  },
];

/** The lines of a receipt's section that are text alone: labels and values. */
export function textLines(
  section: "ids" | "caller",
  receipt: Receipt,
): (readonly [string, string | null])[] {
  return FIELDS.flatMap(({ label, line }) =>
    line?.section === section ? [[label, line.of(receipt)] as const] : [],
  );
}

const ALSO = ["key", "outcome", "cost_status", "held", "charged_by", "from", "to"] as const;

/** Filters without a field, which are set by links. */
const LINKED = [
  { name: "key", label: "Key" },
  { name: "held", label: "Held" },
  { name: "charged_by", label: "Charged by" },
] as const;

/**
 * The API query for the URL's filters. `from` of a range is computed once, so that pages fit
 * together.
 */
export function queryOf(filters: Filters, now: Date): RequestQuery {
  const names = [...FIELDS.map(({ name }) => name), ...ALSO];
  const given = names.flatMap((name) => {
    const value = filters[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  const range = RANGES.find(({ value }) => value === filters["range"]);
  const from = range && { from: new Date(now.getTime() - range.hours * 3_600_000).toISOString() };
  return { ...Object.fromEntries(given), ...from };
}

/** The active filters with their labels and values. */
export function activeFilters(filters: Filters): { name: string; label: string; value: string }[] {
  return [...FIELDS, ...LINKED].flatMap(({ name, label }) => {
    const value = filters[name];
    return value === undefined || value === "" ? [] : [{ name, label, value }];
  });
}

/** The URL of the same requests as a CSV file. */
export function csvUrl(query: RequestQuery): string {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  );
  return `/fareway/v1/requests.csv?${new URLSearchParams(parameters).toString()}`;
}

/** The time a request was received, taken from its ID (UUID version 7); null for any other ID. */
export function timeOfId(id: string): Date | null {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id)
    ? new Date(parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
    : null;
}
