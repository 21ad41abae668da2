/** Filters that live in the URL, so that a view can be shared and survives a reload. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

type Filters = Record<string, string | undefined>;

/**
 * The URL's filters and a setter; `undefined` and "" remove one. Changes replace the history entry.
 */
export function useFilters(): [Filters, (change: Filters) => void] {
  const filters: Filters = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (wanted: Filters) => {
      const search = (before: Filters) => {
        const entries = Object.entries({ ...before, ...wanted });
        return Object.fromEntries(
          entries.filter(
            (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
          ),
        );
      };
      // It is still the same page: keep the scroll position.
      void navigate({ to: ".", search, replace: true, resetScroll: false });
    },
    [navigate],
  );
  return [filters, change];
}
