/** Times and durations as text. The current time is always an argument. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "just now", "5 min ago", "in 3 h", "12 days ago". */
export function formatRelative(at: Date, now: Date): string {
  const seconds = (now.getTime() - at.getTime()) / 1000;
  const size = Math.abs(seconds);
  if (size < 10) return "just now";
  const text = amount(size);
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** Local time with zone, to the millisecond, for tooltips. */
export function formatAbsolute(at: Date, timeZone?: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    timeZoneName: "short",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}

/** "840 ms", "1.24 s", "2 min 5 s". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return "<1 ms";
  if (milliseconds < 999.5) return `${String(Math.round(milliseconds))} ms`;
  if (milliseconds < 59_950) {
    const seconds = milliseconds / 1000;
    return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
  }
  const seconds = Math.round(milliseconds / 1000);
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}

function amount(seconds: number): string {
  if (seconds < MINUTE) return `${String(Math.floor(seconds))} s`;
  if (seconds < HOUR) return `${String(Math.floor(seconds / MINUTE))} min`;
  if (seconds < DAY) return `${String(Math.floor(seconds / HOUR))} h`;
  const days = Math.floor(seconds / DAY);
  return days === 1 ? "1 day" : `${String(days)} days`;
}
