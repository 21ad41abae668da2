/** What is done in a while unless it is called off: it outlives its page, and is done before the session or the tab ends. */

export interface Later {
  /** Keeps it from being done until it is let go; then the whole while is left again. */
  hold(why: string): void;
  letGo(why: string): void;
  /** Whether it is called off: false where it is done, or called off, already. */
  callOff(): boolean;
}

const waiting = new Set<() => Promise<void>>();

/** `grace` is in milliseconds. */
export function later(grace: number, act: () => Promise<void>): Later {
  const holds = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const callOff = () => {
    clearTimeout(timer);
    return waiting.delete(now);
  };
  const now = async () => {
    if (callOff()) await act();
  };
  const wait = () => {
    clearTimeout(timer);
    if (holds.size === 0 && waiting.has(now)) timer = setTimeout(() => void now(), grace);
  };
  waiting.add(now);
  wait();
  return {
    callOff,
    hold: (why) => {
      holds.add(why);
      wait();
    },
    letGo: (why) => {
      holds.delete(why);
      wait();
    },
  };
}

/** Does at once all that still waits. */
export async function allNow(): Promise<void> {
  await Promise.all([...waiting].map((now) => now()));
}
