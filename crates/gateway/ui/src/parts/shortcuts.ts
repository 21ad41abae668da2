/** Keys that work everywhere: `/` goes to the field that the page is about, Esc leaves it. */
import { useHotkeys } from "@mantine/hooks";

/** Give this to what one writes into on a page that has nothing to search: `<Textarea {...pageField} />`. */
export const pageField = { "data-page-field": true } as const;
/** Give this to the page's search field: `<TextInput {...searchField} />`. */
export const searchField = { ...pageField, type: "search" } as const;

/** Installed once, by the shell. */
export function useSearchShortcut(): void {
  useHotkeys([["/", () => {
    // What is behind a drawer or a dialog is out of reach.
    if (document.querySelector("[aria-modal=true]") === null) document.querySelector<HTMLElement>("[data-page-field]")?.focus();
  }]]);
  useHotkeys([["Escape", () => {
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && focused.matches("[data-page-field]")) focused.blur();
  }, { preventDefault: false }]], []);
}
