/** Which days Usage is of, and those before it. Sums are kept by whole days in UTC. */
export interface Period {
  /** First and last day, both part of it: "2026-11-25". */
  from: string;
  to: string;
}

const DAY = 86_400_000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const isDay = (text: string | undefined): text is string => text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

export const RANGES = [
  { value: "7d", label: "7 days", days: 7 },
  { value: "30d", label: "30 days", days: 30 },
  { value: "90d", label: "90 days", days: 90 },
] as const;

/** The period that the URL asks for; 30 days up to today otherwise. */
export function periodOf(filters: Record<string, string | undefined>, now: Date): Period {
  const { from, to, range } = filters;
  if (isDay(from) && isDay(to) && from <= to) return { from, to };
  const days = RANGES.find(({ value }) => value === range)?.days ?? 30;
  return { from: dayOf(now.getTime() - (days - 1) * DAY), to: dayOf(now.getTime()) };
}

export function daysOf({ from, to }: Period): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
  return Array.from({ length: count }, (_, place) => dayOf(Date.parse(from) + place * DAY));
}

/** As many days, right before. */
export function before(period: Period): Period {
  const length = daysOf(period).length;
  return { from: dayOf(Date.parse(period.from) - length * DAY), to: dayOf(Date.parse(period.from) - DAY) };
}
