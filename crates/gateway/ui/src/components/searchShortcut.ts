/** Keys that work everywhere: `/` goes to the field that the page is about, Esc leaves it. */
import { useHotkeys } from "@mantine/hooks";

/** Give this to what one writes into on a page that has nothing to search: `<Textarea {...pageField} />`. */
export const pageField = { "data-page-field": true } as const;
/** Give this to the page's search field: `<TextInput {...searchField} />`. */
export const searchField = { ...pageField, type: "search" } as const;

/** Inputs that one does not write into: a slash means nothing to them. */
const NO_TEXT = ["radio", "checkbox", "button", "submit", "reset", "range"];
const writes = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && !NO_TEXT.includes(target.type));

/** Installed once, by the shell. */
export function useSearchShortcut(): void {
  useHotkeys(
    [
      [
        "/",
        (event) => {
          if (writes(event.target)) return;
          event.preventDefault();
          // What is behind a drawer or a dialog is out of reach.
          if (document.querySelector("[aria-modal=true]") === null)
            document.querySelector<HTMLElement>("[data-page-field]")?.focus();
        },
        { preventDefault: false },
      ],
    ],
    [],
  );
  useHotkeys(
    [
      [
        "Escape",
        () => {
          const focused = document.activeElement;
          if (focused instanceof HTMLElement && focused.matches("[data-page-field]"))
            focused.blur();
        },
        { preventDefault: false },
      ],
    ],
    [],
  );
}
