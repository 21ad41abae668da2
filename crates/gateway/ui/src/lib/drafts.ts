/** What is typed into a form stays until it is sent or given up: a form that is closed, by accident or by a session
 * that ends, opens as it was left. It is kept in this page's memory alone, since it can hold a credential. */
import { useState, type Dispatch, type SetStateAction } from "react";

interface Draft {
  value: unknown;
  initial: string;
}

const drafts = new Map<string, Draft>();

let owner: string | null = null;

/** What was typed is for whoever typed it: it is forgotten when somebody else signs in, or on signing out (`null`). */
export function keepDraftsFor(who: string | null): void {
  if (who === null || (owner !== null && who !== owner)) drafts.clear();
  owner = who;
}

interface SavedDraft {
  /** Whether the form has opened with what was left in it. */
  restored: boolean;
  /** Forgets what was typed; the form shows its beginning again. */
  discard: () => void;
}

/** As `useState`; the value is kept under the name where it differs from its beginning. What somebody else has changed
 * meanwhile is not taken back: it begins again where the beginning is another. */
export function useDraft<T>(
  name: string,
  initial: T,
): readonly [T, Dispatch<SetStateAction<T>>, SavedDraft] {
  const start = JSON.stringify(initial);
  const [saved] = useState(() => {
    const draft = drafts.get(name);
    return draft?.initial === start ? draft : undefined;
  });
  const [restored, setRestored] = useState(saved !== undefined);
  const [value, setValue] = useState(() => (saved === undefined ? initial : (saved.value as T)));
  const change: Dispatch<SetStateAction<T>> = (next) => {
    setValue((before) => {
      const after = typeof next === "function" ? (next as (before: T) => T)(before) : next;
      if (JSON.stringify(after) === start) drafts.delete(name);
      else drafts.set(name, { value: after, initial: start });
      return after;
    });
  };
  const discard = () => {
    drafts.delete(name);
    setValue(initial);
    setRestored(false);
  };
  return [value, change, { restored, discard }];
}
