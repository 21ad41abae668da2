/** Keys that work everywhere: `/` goes to the page's search, Esc leaves it. */
import { useHotkeys } from "@mantine/hooks";

/** Give this to the page's search field: `<TextInput {...searchField} />`. */
export const searchField = { "data-page-search": true, type: "search" } as const;

/** Installed once, by the shell. */
export function useSearchShortcut(): void {
  useHotkeys([["/", () => { document.querySelector<HTMLInputElement>("input[data-page-search]")?.focus(); }]]);
  useHotkeys([["Escape", () => {
    const focused = document.activeElement;
    if (focused instanceof HTMLInputElement && focused.matches("[data-page-search]")) focused.blur();
  }, { preventDefault: false }]], []);
}
