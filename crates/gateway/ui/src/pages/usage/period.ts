/** Which days Usage is of, in which zone, and those before it. */
export interface Period {
  /** First and last day, both part of it: "2026-11-25". */
  from: string;
  to: string;
  /** The zone whose days they are: "Europe/Berlin". */
  tz: string;
}

type Filters = Record<string, string | undefined>;

export const UTC = "UTC";
const DAY = 86_400_000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const isDay = (text: string | undefined): text is string => text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

export const RANGES = [
  { value: "7d", label: "7 days", days: 7 },
  { value: "30d", label: "30 days", days: 30 },
  { value: "90d", label: "90 days", days: 90 },
] as const;

/** The day that it is in a zone. Swedes write days as the API does. */
export const todayIn = (tz: string, now: Date) => now.toLocaleDateString("sv-SE", { timeZone: tz });

/** The browser's own zone. */
export const ownZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** All zones that this browser knows; those that are mostly wanted first. */
export function zones(): { value: string; label: string }[] {
  const own = ownZone();
  const first = [{ value: UTC, label: UTC }, ...(own === UTC ? [] : [{ value: own, label: `${own} (this browser)` }])];
  const rest = Intl.supportedValuesOf("timeZone").filter((name) => name !== own && name !== UTC);
  return [...first, ...rest.map((value) => ({ value, label: value }))];
}

/** The zone that the URL asks for; UTC otherwise. */
export function zoneOf({ tz }: Filters): string {
  if (tz === undefined) return UTC;
  try {
    new Intl.DateTimeFormat("en", { timeZone: tz });
    return tz;
  } catch {
    return UTC;
  }
}

/** The period that the URL asks for; 30 days up to today otherwise. */
export function periodOf(filters: Filters, now: Date): Period {
  const { from, to, range } = filters;
  const tz = zoneOf(filters);
  if (isDay(from) && isDay(to) && from <= to) return { from, to, tz };
  const days = RANGES.find(({ value }) => value === range)?.days ?? 30;
  const today = todayIn(tz, now);
  return { from: dayOf(Date.parse(today) - (days - 1) * DAY), to: today, tz };
}

export function daysOf({ from, to }: Pick<Period, "from" | "to">): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
  return Array.from({ length: count }, (_, place) => dayOf(Date.parse(from) + place * DAY));
}

/** As many days, right before. */
export function before(period: Period): Period {
  const length = daysOf(period).length;
  return { from: dayOf(Date.parse(period.from) - length * DAY), to: dayOf(Date.parse(period.from) - DAY), tz: period.tz };
}
