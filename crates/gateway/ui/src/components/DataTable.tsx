/** A table of any length: only the rows in sight exist; arrows move between rows, Enter opens one, headers sort. */
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
  /** As in CSS grid: "120px", "minmax(160px, 2fr)". The minimum must not depend on content. */
  width: string;
  /** Numbers stand at the end, so that their digits line up. */
  align?: "end";
  /** What it is sorted by, where the table sorts. */
  sort?: ColumnSort<T>;
}

interface Props<T> {
  /** What the rows are, for screen readers: "Requests". */
  label: string;
  /** Both should keep their identity between renders. A row that is not there at the moment is undefined. */
  rows: readonly (T | undefined)[];
  columns: readonly Column<T>[];
  /** Where the order is kept. Only for tables all of whose rows are here: without it, rows stay as they came. */
  sorting?: Sorting | undefined;
  /** A row that is none of the others, such as a part of them: it stays below them however they are sorted. */
  foot?: T | undefined;
  rowId: (row: T) => string;
  onOpen?: (row: T) => void;
  /** Told when the last rows come into sight: load more there. */
  onEnd?: () => void;
  /** Told which rows are in sight, the first and the last. */
  onSight?: (first: number, last: number) => void;
  /** How many rows there are in all, when it is known; -1 says that there are more than are loaded. */
  total?: number;
  height?: number | string;
  /** The least width of all columns together; narrower screens scroll sideways. */
  minWidth?: number;
  empty?: ReactNode;
  /** Counts up whenever the table is to go back to its first row. */
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
