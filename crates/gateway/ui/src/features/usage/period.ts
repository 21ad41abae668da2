/** Which days Usage is of, in which zone, and those before it. */
export interface Period {
  /** First and last day, both part of it: "2026-11-25". */
  from: string;
  /** Or the time at which it ends on its last day: "2026-11-25T13:05". */
  to: string;
  /** The zone whose days they are: "Europe/Berlin". */
  tz: string;
}

type Filters = Record<string, string | undefined>;

export const UTC = "UTC";
const DAY = 86_400_000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

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
  const first = [
    { value: UTC, label: UTC },
    ...(own === UTC ? [] : [{ value: own, label: `${own} (this browser)` }]),
  ];
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

type Days = Pick<Period, "from" | "to">;
const lengthOf = ({ from, to }: Days) => Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
export const daysOf = (days: Days): string[] =>
  Array.from({ length: lengthOf(days) }, (_, place) => dayOf(Date.parse(days.from) + place * DAY));

/** Each day of another zone than UTC is made of entries: the API tells so many of them at once. */
const MOST_DAYS_OF_A_ZONE = 366;
/** Ten years: each day has its place in the chart, whether something was asked then or not. */
const MOST_DAYS = 3_653;
export const tooLong = (period: Period) =>
  lengthOf(period) > (period.tz === UTC ? MOST_DAYS : MOST_DAYS_OF_A_ZONE);
/** What to do about it. */
export const fewerDays = ({ tz }: Period) =>
  tz === UTC
    ? "At most ten years can be told at once. Choose fewer days."
    : `In a zone other than UTC, at most ${String(MOST_DAYS_OF_A_ZONE)} days can be told at once. Choose fewer, or UTC.`;

/** As many days, right before; while today is among those of the period, up to the same time: "2026-10-28T13:05". */
export function before(period: Period, now: Date): Period {
  const { from, to, tz } = period;
  const length = lengthOf(period);
  const earlier = (day: string) => dayOf(Date.parse(day) - length * DAY);
  const today = todayIn(tz, now);
  const time = now.toLocaleTimeString("sv-SE", {
    timeZone: tz,
    hour: "2-digit",
    minute: "2-digit",
  });
  return {
    from: earlier(from),
    to: from <= today && today <= to ? `${earlier(today)}T${time}` : earlier(to),
    tz,
  };
}

/** Whether its last day is not told to its end. */
export const isPart = ({ to }: Period) => to.includes("T");

/** A period's days as people write them, and the time at which it ends if that is no midnight. */
export function periodText({ from, to }: Period): string {
  const day = (text: string) =>
    new Date(text.slice(0, 10)).toLocaleDateString("en-GB", {
      day: "numeric",
      month: "short",
      year: "numeric",
      timeZone: "UTC",
    });
  const time = to.slice(11);
  return `${from === to.slice(0, 10) ? day(from) : `${day(from)} – ${day(to)}`}${time === "" ? "" : `, ${time}`}`;
}
