/** The open receipt, kept in the URL so that the browser's Back button closes it. */
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { useFilters } from "../../lib/filters";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Whether the receipt was opened from the page one step back. */
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
  // Going back takes a moment, during which a second Esc must not go back further.
  const id = filters["open"];
  const closing = useRef(false);
  useEffect(() => {
    closing.current = false;
  }, [id]);
  const close = useCallback(() => {
    // After following a link there is nothing to go back to.
    if (history.location.state.opened !== true) change({ open: "" });
    else if (!closing.current) {
      closing.current = true;
      history.back();
    }
  }, [history, change]);
  return { id, open, close };
}
