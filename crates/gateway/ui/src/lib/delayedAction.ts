/** What is done in a while unless it is called off: it outlives its page, and is done before the session or the tab ends. */

export interface DelayedAction {
  /** Keeps it from being done until it is let go; then the whole while is left again. */
  hold(why: string): void;
  release(why: string): void;
  /** Whether it is called off: false where it is done, or called off, already. */
  cancel(): boolean;
}

const waiting = new Set<() => Promise<void>>();

/** `grace` is in milliseconds. */
export function runLater(grace: number, act: () => Promise<void>): DelayedAction {
  const holds = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    clearTimeout(timer);
    return waiting.delete(now);
  };
  const now = async () => {
    if (cancel()) await act();
  };
  const wait = () => {
    clearTimeout(timer);
    if (holds.size === 0 && waiting.has(now)) timer = setTimeout(() => void now(), grace);
  };
  waiting.add(now);
  wait();
  return {
    cancel,
    hold: (why) => {
      holds.add(why);
      wait();
    },
    release: (why) => {
      holds.delete(why);
      wait();
    },
  };
}

/** Does at once all that still waits. */
export async function runAllNow(): Promise<void> {
  await Promise.all([...waiting].map((now) => now()));
}
