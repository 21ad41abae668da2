/** A table of any length: only the rows in sight exist; arrows move between rows, Enter opens one. */
import { Text } from "@mantine/core";
import { tableFeatures, useTable, type RowData } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import classes from "./DataTable.module.css";

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** As in CSS grid: "120px", "minmax(160px, 2fr)". The minimum must not depend on content. */
  width: string;
  /** Numbers stand at the end, so that their digits line up. */
  align?: "end";
}

interface Props<T extends RowData> {
  /** What the rows are, for screen readers: "Requests". */
  label: string;
  /** Both should keep their identity between renders. */
  rows: readonly T[];
  columns: readonly Column<T>[];
  rowId: (row: T) => string;
  onOpen?: (row: T) => void;
  /** Told when the last rows come into sight: load more there. */
  onEnd?: () => void;
  /** How many rows there are in all, when it is known and more than are loaded. */
  total?: number;
  height?: number | string;
  /** The least width of all columns together; narrower screens scroll sideways. */
  minWidth?: number;
  empty?: ReactNode;
}

const ROW = 38;
const features = tableFeatures({});

export function DataTable<T extends RowData>({ label, rows, columns, rowId, onOpen, onEnd, total, height = "calc(100dvh - 220px)", minWidth = 720, empty }: Props<T>) {
  const table = useTable({
    features,
    data: rows,
    columns: columns.map(({ id, header }) => ({ id, header })),
    getRowId: rowId,
  });
  const scroller = useRef<HTMLDivElement>(null);
  const model = table.getRowModel().rows;
  const virtual = useVirtualizer({ count: model.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 12, scrollPaddingStart: ROW });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const { focused, onKeyDown, focus } = useRowKeys(model.length, scroller, (place) => { virtual.scrollToIndex(place); });
  useEffect(() => {
    if (last >= 0 && last >= model.length - 1) onEnd?.();
  }, [last, model.length, onEnd]);

  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  const template = { gridTemplateColumns: columns.map((column) => column.width).join(" "), minWidth };
  const open = (place: number) => { const row = model[place]; if (row && onOpen) onOpen(row.original); };
  return (
    <div ref={scroller} className={classes.scroller} style={{ maxHeight: height }} role="grid" aria-label={label} aria-rowcount={(total ?? model.length) + 1} aria-colcount={columns.length}
      onKeyDown={(event) => { if (event.key === "Enter" && isRow(event.target)) open(focused); else onKeyDown(event); }}>
      <div role="rowgroup" className={classes.head} style={{ minWidth }}>
        <div role="row" aria-rowindex={1} className={classes.row} style={template}>
          {columns.map((column) => <Text key={column.id} role="columnheader" size="xs" c="dimmed" fw={500} className={classes.cell} ta={column.align ?? "start"}>{column.header}</Text>)}
        </div>
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative", minWidth }}>
        {items.map(({ index, start }) => {
          const row = model[index];
          return row && (
            <div key={row.id} role="row" aria-rowindex={index + 2} data-row={index} data-opens={onOpen ? true : undefined} tabIndex={index === focused ? 0 : -1}
              className={`${classes.row ?? ""} ${classes.body ?? ""}`} style={{ ...template, transform: `translateY(${String(start)}px)` }}
              onFocus={() => { focus(index); }} onClick={() => { open(index); }}>
              {columns.map((column) => <div key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>{column.cell(row.original)}</div>)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const isRow = (target: EventTarget) => target instanceof HTMLElement && target.dataset["row"] !== undefined;

/** One row is in the tab order; arrows, Page Up/Down, Home and End move on from it. */
function useRowKeys(count: number, scroller: { current: HTMLDivElement | null }, show: (place: number) => void) {
  const [wanted, focus] = useState(0);
  const focused = Math.max(0, Math.min(wanted, count - 1));
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -count, End: count };
    const step = steps[event.key];
    if (step === undefined || !isRow(event.target)) return;
    event.preventDefault();
    const place = Math.max(0, Math.min(focused + step, count - 1));
    focus(place);
    show(place);
    // The row may have to be made first.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-row="${String(place)}"]`)?.focus({ preventScroll: true });
    }));
  };
  return { focused, focus, onKeyDown };
}
