/**
 * Form drafts that survive until they are submitted or discarded: a form that was closed, by
 * accident or by an expired session, opens as it was left. Drafts stay in memory only, since they
 * can contain credentials.
 */
import { useState, type Dispatch, type SetStateAction } from "react";

interface Draft {
  value: unknown;
  initial: string;
}

const drafts = new Map<string, Draft>();

let owner: string | null = null;

/**
 * Drafts belong to one owner: they are dropped when somebody else signs in, or on signing out
 * (`null`).
 */
export function keepDraftsFor(who: string | null): void {
  if (who === null || (owner !== null && who !== owner)) drafts.clear();
  owner = who;
}

interface SavedDraft {
  /** Whether the form was opened with a saved draft. */
  restored: boolean;
  /** Discards the draft; the form shows its initial value again. */
  discard: () => void;
}

/**
 * Like `useState`, but keeps the value under a name while it differs from the initial value. A
 * draft is dropped if the initial value has changed since: saving it would revert somebody else's
 * change.
 */
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
