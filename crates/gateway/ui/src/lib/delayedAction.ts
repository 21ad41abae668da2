/**
 * Actions that run after a delay unless cancelled. They outlive their page, and run before the
 * session or the tab ends.
 */

export interface DelayedAction {
  /** Pauses the delay until it is released; then the whole delay starts again. */
  hold(why: string): void;
  release(why: string): void;
  /** Cancels the action. Returns false if it already ran or was cancelled before. */
  cancel(): boolean;
}

const waiting = new Set<() => Promise<void>>();

/** Runs an action after a delay in milliseconds. */
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

/** Runs all waiting actions immediately. */
export async function runAllNow(): Promise<void> {
  await Promise.all([...waiting].map((now) => now()));
}
