/** A time: relative in the text, absolute on hover. */
import { Text, Tooltip } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { formatAbsolute, formatRelative } from "../lib/time";

// One shared timer for all times on the page, however many rows there are.
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  now = Date.now();
  for (const changed of listeners) changed();
}

function subscribe(changed: () => void): () => void {
  // The clock stood still without subscribers.
  if (listeners.size === 0) {
    now = Date.now();
    timer = setInterval(tick, 10_000);
  }
  listeners.add(changed);
  return () => {
    listeners.delete(changed);
    if (listeners.size === 0) clearInterval(timer);
  };
}

export function RelativeTime({ at }: { at: string | null | undefined }) {
  const shownAt = useSyncExternalStore(subscribe, () => now);
  if (at === null || at === undefined)
    return (
      <Text span inherit c="dimmed">
        never
      </Text>
    );
  const date = new Date(at);
  const latest = new Date(Math.max(shownAt, Math.min(date.getTime(), shownAt + 10_000)));
  return (
    <Tooltip label={formatAbsolute(date)}>
      <time dateTime={at} style={{ whiteSpace: "nowrap" }}>
        {formatRelative(date, latest)}
      </time>
    </Tooltip>
  );
}
