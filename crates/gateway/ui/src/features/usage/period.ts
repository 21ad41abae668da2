/** The period of a usage report, its time zone, and the period before it. */
export interface Period {
  /** First day, such as "2026-11-25". */
  from: string;
  /** Last day (inclusive), or the time at which the period ends on that day: "2026-11-25T13:05". */
  to: string;
  /** The time zone of the days, such as "Europe/Berlin". */
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

/** The current day in a time zone. The Swedish date format is the API's. */
export const todayIn = (tz: string, now: Date) => now.toLocaleDateString("sv-SE", { timeZone: tz });

/** The browser's time zone. */
export const ownZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** All time zones that the browser knows, the likely ones first. */
export function zones(): { value: string; label: string }[] {
  const own = ownZone();
  const first = [
    { value: UTC, label: UTC },
    ...(own === UTC ? [] : [{ value: own, label: `${own} (this browser)` }]),
  ];
  const rest = Intl.supportedValuesOf("timeZone").filter((name) => name !== own && name !== UTC);
  return [...first, ...rest.map((value) => ({ value, label: value }))];
}

/** The time zone in the URL; UTC by default. */
export function zoneOf({ tz }: Filters): string {
  if (tz === undefined) return UTC;
  try {
    new Intl.DateTimeFormat("en", { timeZone: tz });
    return tz;
  } catch {
    return UTC;
  }
}

/** The period in the URL; the last 30 days by default. */
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

/** Days of a zone other than UTC are summed from entries, so the API limits them. */
const MOST_DAYS_OF_A_ZONE = 366;
/** Ten years: every day has its place in the chart, with or without requests. */
const MOST_DAYS = 3_653;
export const tooLong = (period: Period) =>
  lengthOf(period) > (period.tz === UTC ? MOST_DAYS : MOST_DAYS_OF_A_ZONE);
/** Advice for a period that is too long. */
export const fewerDays = ({ tz }: Period) =>
  tz === UTC
    ? "Reports cover at most ten years. Choose a shorter period."
    : `In a time zone other than UTC, reports cover at most ${String(MOST_DAYS_OF_A_ZONE)} days. Choose a shorter period, or UTC.`;

/**
 * The same number of days right before. If the period includes today, up to the same time of day:
 * "2026-10-28T13:05".
 */
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

/** Whether the period ends within its last day. */
export const isPart = ({ to }: Period) => to.includes("T");

/** The period as text, with its end time unless that is midnight. */
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
