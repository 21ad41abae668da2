/** Sortable columns, with the order kept in the URL. Sorting itself is TanStack Table's. */
import {
  constructSortFn,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type RowData,
} from "@tanstack/react-table";
import { useMemo } from "react";
import { useFilters } from "../lib/filters";

/** Money is a bigint and sorts to the picodollar; missing values come last in both directions. */
type Sortable = string | number | bigint | null | undefined;

export interface ColumnSort<T> {
  by: (row: T) => Sortable;
  /** The direction of the first click. */
  first: "asc" | "desc";
}

export const fromA = <T>(by: (row: T) => string | null | undefined): ColumnSort<T> => ({
  by,
  first: "asc",
});
/** Also for dates, newest first. */
export const fromLargest = <T>(by: (row: T) => Sortable): ColumnSort<T> => ({ by, first: "desc" });

/** The order of a table and its setter. */
export interface Sorting {
  /** "spend" sorts ascending, "-spend" descending; undefined keeps the rows' own order. */
  order: string | undefined;
  change: (order: string | undefined) => void;
}

/** The order kept in the URL under a name. */
export function useSorting(name = "sort"): Sorting {
  const [filters, change] = useFilters();
  const order = filters[name];
  return useMemo(
    () => ({
      order,
      change: (wanted) => {
        change({ [name]: wanted });
      },
    }),
    [order, change, name],
  );
}

// Natural order: gpt-4.1 before gpt-10, ignoring case.
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
export const compare = (a: Sortable, b: Sortable): number =>
  typeof a === "string" && typeof b === "string"
    ? collator.compare(a, b)
    : a === b || a == null || b == null
      ? 0
      : a > b
        ? 1
        : -1;

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
type Features = typeof features;
const sortFn = constructSortFn({ sort: compare });

interface Sorted<T> {
  columns: readonly { id: string; sort?: ColumnSort<T> | undefined }[];
  /** Used only if the table sorts. */
  rows: readonly (T | undefined)[];
  sorting: Sorting | undefined;
}

export interface HeaderSort {
  sorted: "asc" | "desc" | false;
  toggle: () => void;
}

/** The sorted rows, and the state of each sortable header. */
export function useSorted<T extends RowData>({
  columns,
  rows,
  sorting,
}: Sorted<T>): {
  rows: readonly (T | undefined)[];
  headerOf: (id: string) => HeaderSort | undefined;
} {
  const sorts = sorting !== undefined;
  const data = useMemo(() => (sorts ? rows.filter((row) => row !== undefined) : []), [rows, sorts]);
  const defs = useMemo(
    () =>
      columns.map(({ id, sort }) =>
        sort === undefined
          ? { id, enableSorting: false }
          : {
              id,
              accessorFn: (row: T) => sort.by(row) ?? undefined,
              sortFn,
              sortUndefined: "last" as const,
              sortDescFirst: sort.first === "desc",
            },
      ),
    [columns],
  );
  const order = sorting?.order;
  const state = useMemo(
    () => ({
      sorting: columns.some(({ id, sort }) => sort !== undefined && id === idIn(order))
        ? [{ id: idIn(order), desc: order?.startsWith("-") === true }]
        : [],
    }),
    [columns, order],
  );
  const table = useTable<Features, T>({
    features,
    columns: defs,
    data,
    state,
    enableMultiSort: false,
    onSortingChange: (updater) => {
      const [next] = typeof updater === "function" ? updater(state.sorting) : updater;
      sorting?.change(next && `${next.desc ? "-" : ""}${next.id}`);
    },
  });
  const model = table.getRowModel();
  const inOrder = useMemo(() => model.rows.map(({ original }) => original), [model]);
  const headerOf = (id: string): HeaderSort | undefined => {
    const column = sorts ? table.getColumn(id) : undefined;
    return column?.getCanSort() === true
      ? {
          sorted: column.getIsSorted(),
          toggle: () => {
            column.toggleSorting();
          },
        }
      : undefined;
  };
  return { rows: sorts ? inOrder : rows, headerOf };
}

const idIn = (order: string | undefined) => order?.replace(/^-/, "") ?? "";
