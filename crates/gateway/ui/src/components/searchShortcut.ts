/** Global shortcuts: `/` focuses the page's main field, Esc leaves it. */
import { useHotkeys } from "@mantine/hooks";

/** Props of the main field of a page without a search: `<Textarea {...pageField} />`. */
export const pageField = { "data-page-field": true } as const;
/** Props of the page's search field: `<TextInput {...searchField} />`. */
export const searchField = { ...pageField, type: "search" } as const;

/** Inputs without text, in which a slash has no meaning. */
const NO_TEXT = ["radio", "checkbox", "button", "submit", "reset", "range"];
const writes = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && !NO_TEXT.includes(target.type));

/** Used once, by the shell. */
export function useSearchShortcut(): void {
  useHotkeys(
    [
      [
        "/",
        (event) => {
          if (writes(event.target)) return;
          event.preventDefault();
          // Fields behind a drawer or a dialog are out of reach.
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
