/**
 * A table of any length: only visible rows are rendered; arrows move between rows, Enter opens one,
 * headers sort.
 */
import { Skeleton } from "@mantine/core";
import type { RowData } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, type ReactNode } from "react";
import classes from "./DataTable.module.css";
import { HeaderCell } from "./HeaderCell";
import { placeOf, useRowKeys } from "./rowNavigation";
import { useSorted, type ColumnSort, type Sorting } from "./sorting";

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /**
   * A CSS grid track such as "120px" or "minmax(160px, 2fr)". Its minimum must not depend on
   * content.
   */
  width: string;
  /** Numbers are aligned to the end, so that their digits line up. */
  align?: "end";
  /** The sort key, if the column is sortable. */
  sort?: ColumnSort<T>;
}

interface Props<T> {
  /** Name of the table for screen readers, such as "Requests". */
  label: string;
  /**
   * Rows and columns should keep their identity between renders. A row that is not loaded is
   * undefined.
   */
  rows: readonly (T | undefined)[];
  columns: readonly Column<T>[];
  /**
   * The current order. Only for tables whose rows are all loaded; without it, rows keep their
   * order.
   */
  sorting?: Sorting | undefined;
  /** An extra row that stays below the others however they are sorted. */
  foot?: T | undefined;
  rowId: (row: T) => string;
  onOpen?: (row: T) => void;
  /** Called when the last rows become visible, to load more. */
  onEnd?: () => void;
  /** Called with the first and last visible row. */
  onSight?: (first: number, last: number) => void;
  /** The number of all rows; -1 if there are more than are loaded. */
  total?: number;
  height?: number | string;
  /** The minimum width of all columns together; narrower screens scroll sideways. */
  minWidth?: number;
  empty?: ReactNode;
  /** Scrolls back to the first row whenever it changes. */
  toTop?: number;
}

const ROW = 38;

export function DataTable<T extends RowData>({
  label,
  rows: given,
  columns,
  sorting,
  foot,
  rowId,
  onOpen,
  onEnd,
  onSight,
  total,
  height = "calc(100dvh - 220px)",
  minWidth = 720,
  empty,
  toTop,
}: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows: sorted, headerOf } = useSorted({ columns, rows: given, sorting });
  const rows = useMemo(() => (foot === undefined ? sorted : [...sorted, foot]), [sorted, foot]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    scrollPaddingStart: ROW,
    paddingStart: 0,
  });
  const items = virtual.getVirtualItems();
  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? -1;
  const made = items.at(-1)?.index ?? -1;
  const idAt = (place: number) => {
    const row = rows[place];
    return row === undefined ? String(place) : rowId(row);
  };
  const { rowProps, at, onKeyDown, onBlur } = useRowKeys({
    count: rows.length,
    idAt,
    within: scroller,
    show: (place) => {
      virtual.scrollToIndex(place);
    },
  });
  useEffect(() => {
    if (made >= 0 && made >= rows.length - 1) onEnd?.();
  }, [made, rows.length, onEnd]);
  useEffect(() => {
    if (last >= 0) onSight?.(first, last);
  }, [first, last, onSight]);
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [toTop, sorting?.order]);

  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  const template = {
    gridTemplateColumns: columns.map((column) => column.width).join(" "),
    minWidth,
  };
  const open = (place: number) => {
    const row = rows[place];
    if (row !== undefined) onOpen?.(row);
  };
  const count = total ?? rows.length;
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      style={{ maxHeight: height }}
      role="grid"
      aria-label={label}
      aria-rowcount={count < 0 ? -1 : count + 1}
      aria-colcount={columns.length}
      tabIndex={rows.length === 0 ? 0 : undefined}
      onBlur={onBlur}
      onKeyDown={(event) => {
        if (event.key === "Enter" && placeOf(event.target) !== null) open(at());
        else onKeyDown(event);
      }}
    >
      <div role="rowgroup" className={classes.head} style={{ minWidth }}>
        <div role="row" aria-rowindex={1} className={classes.row} style={template}>
          {columns.map(({ id, header, align }) => (
            <HeaderCell key={id} header={header} align={align} sort={headerOf(id)} />
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        style={{ height: virtual.getTotalSize(), position: "relative", minWidth }}
      >
        {items.map(({ index, start }) => {
          const row = rows[index];
          const id = idAt(index);
          return (
            <div
              key={id}
              {...rowProps(index)}
              role="row"
              aria-rowindex={index + 2}
              data-opens={onOpen ? true : undefined}
              aria-busy={row === undefined || undefined}
              className={`${classes.row ?? ""} ${classes.body ?? ""}`}
              style={{ ...template, transform: `translateY(${String(start)}px)` }}
              onClick={() => {
                open(index);
              }}
            >
              <Cells columns={columns} row={row} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cells<T>({ columns, row }: { columns: readonly Column<T>[]; row: T | undefined }) {
  return columns.map((column) => (
    <div key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>
      {row === undefined ? <Skeleton height={12} radius="sm" animate={false} /> : column.cell(row)}
    </div>
  ));
}
