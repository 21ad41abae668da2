/** Which receipt is open: it stands in the URL, and the browser's Back closes it. */
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { useFilters } from "../../lib/filters";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The receipt was opened from the page that is one step back. */
    opened?: boolean;
  }
}

export function useOpenReceipt() {
  const [filters, change] = useFilters();
  const navigate = useNavigate();
  const { history } = useRouter();
  const open = useCallback(
    (id: string) => {
      void navigate({
        to: ".",
        search: (before: Record<string, string | undefined>) => ({ ...before, open: id }),
        state: { opened: true },
        resetScroll: false,
      });
    },
    [navigate],
  );
  // Going back takes a moment, in which a second Esc must not go back further.
  const id = filters["open"];
  const closing = useRef(false);
  useEffect(() => {
    closing.current = false;
  }, [id]);
  const close = useCallback(() => {
    // Whoever came here by a link has nothing to go back to.
    if (history.location.state.opened !== true) change({ open: "" });
    else if (!closing.current) {
      closing.current = true;
      history.back();
    }
  }, [history, change]);
  return { id, open, close };
}
