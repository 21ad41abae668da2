/**
 * Keyboard navigation in table rows: one row is in the tab order; arrows, Page Up/Down, Home and
 * End move.
 */
import {
  useEffect,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
} from "react";

interface Rows {
  count: number;
  /** Identifies a row even when its place changes. */
  idAt: (place: number) => string;
  /** The container of the rows, each of which has its place in `data-row`. */
  within: RefObject<HTMLElement | null>;
  /** Scrolls to a row that may not be rendered yet. */
  show?: (place: number) => void;
}

export function useRowKeys({ count, idAt, within, show }: Rows) {
  const [kept, keep] = useState({ place: 0, id: "" });
  // Keys can be pressed faster than rows are rendered.
  const last = useRef(0);
  const has = useRef(false);
  useEffect(() => {
    // The focused row was rendered again, for example once its data arrived.
    if (has.current && document.activeElement === document.body)
      rowAt(kept.place)?.focus({ preventScroll: true });
  });
  const rowAt = (place: number) =>
    within.current?.querySelector<HTMLElement>(`[data-row="${String(place)}"]`);
  const bounded = (place: number) => Math.max(0, Math.min(place, count - 1));
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -count,
      End: count,
    };
    const step = steps[event.key];
    if (step === undefined || placeOf(event.target) === null) return;
    event.preventDefault();
    const place = bounded(last.current + step);
    last.current = place;
    keep({ place, id: idAt(place) });
    show?.(place);
    // The row may have to be rendered first.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (place === last.current) rowAt(place)?.focus({ preventScroll: show !== undefined });
      }),
    );
  };
  const onFocus = (place: number) => {
    has.current = true;
    last.current = place;
    const id = idAt(place);
    if (place !== kept.place || id !== kept.id) keep({ place, id });
  };
  // A click or Tab moves the focus away; removing the row does not.
  const onBlur = (event: FocusEvent) => {
    if (event.target.isConnected) has.current = false;
  };
  const focused = bounded(kept.place);
  const rowProps = (place: number) => ({
    "data-row": place,
    tabIndex: place === focused ? 0 : -1,
    onFocus: () => {
      onFocus(place);
    },
  });
  return { rowProps, at: () => bounded(last.current), onKeyDown, onBlur };
}

/** The place of a focused row; null for elements inside a row. */
export function placeOf(target: EventTarget): number | null {
  const place = target instanceof HTMLElement ? target.dataset["row"] : undefined;
  return place === undefined ? null : Number(place);
}
