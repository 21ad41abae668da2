/** Which receipt is open: it stands in the URL, and the browser's Back closes it. */
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { useFilters } from "../../filters";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The receipt was opened from the page that is one step back. */
    opened?: boolean;
  }
}

export function useOpened() {
  const [filters, change] = useFilters();
  const navigate = useNavigate();
  const { history } = useRouter();
  const open = useCallback((id: string) => {
    void navigate({ to: ".", search: (before: Record<string, string | undefined>) => ({ ...before, open: id }), state: { opened: true } });
  }, [navigate]);
  // Going back takes a moment, in which a second Esc must not go back further.
  const closing = useRef<string>(undefined);
  const close = useCallback(() => {
    const { __TSR_key: key, opened } = history.location.state;
    // Whoever came here by a link has nothing to go back to.
    if (opened !== true) change({ open: "" });
    else if (closing.current !== key) {
      closing.current = key;
      history.back();
    }
  }, [history, change]);
  return { id: filters["open"], open, close };
}
