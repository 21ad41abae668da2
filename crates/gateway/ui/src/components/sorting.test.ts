/** Sorting is exact, puts missing values last, and is kept in the URL. */
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { parseUsd } from "../lib/money";
import { fromA, fromLargest, useSorted } from "./sorting";

interface Row {
  name: string;
  usd: string | null;
}
/** The second is one picodollar more than the first, which a float could not represent. */
const ROWS: readonly Row[] = [
  { name: "gpt-4.1", usd: "12345.670000000001" },
  { name: "GPT-10", usd: "12345.670000000002" },
  { name: "unpriced", usd: null },
  { name: "gpt-5", usd: "0" },
  { name: "alpha", usd: null },
];
const COLUMNS = [
  { id: "name", sort: fromA(({ name }: Row) => name) },
  { id: "usd", sort: fromLargest(({ usd }: Row) => (usd === null ? null : parseUsd(usd))) },
  { id: "menu" },
];

/**
 * The rows of a table with this order in the URL, and the order that a click on a header requests.
 */
function table(
  order: string | undefined,
  click?: string,
): { names: string[]; asked: string | undefined } {
  let told = { names: [] as string[], asked: "nothing" as string | undefined };
  const Probe = () => {
    const { rows, headerOf } = useSorted({
      columns: COLUMNS,
      rows: ROWS,
      sorting: {
        order,
        change: (asked) => {
          told = { ...told, asked };
        },
      },
    });
    told = { ...told, names: rows.flatMap((row) => (row === undefined ? [] : [row.name])) };
    if (click !== undefined) headerOf(click)?.toggle();
    return null;
  };
  renderToStaticMarkup(createElement(Probe));
  return told;
}

it.each([
  [undefined, ["gpt-4.1", "GPT-10", "unpriced", "gpt-5", "alpha"]],
  ["-usd", ["GPT-10", "gpt-4.1", "gpt-5", "unpriced", "alpha"]],
  ["usd", ["gpt-5", "gpt-4.1", "GPT-10", "unpriced", "alpha"]],
  ["name", ["alpha", "gpt-4.1", "gpt-5", "GPT-10", "unpriced"]],
  ["-name", ["unpriced", "GPT-10", "gpt-5", "gpt-4.1", "alpha"]],
  ["nothing-of-the-kind", ["gpt-4.1", "GPT-10", "unpriced", "gpt-5", "alpha"]],
  ["menu", ["gpt-4.1", "GPT-10", "unpriced", "gpt-5", "alpha"]],
])("orders by %s", (order, names) => {
  expect(table(order).names).toEqual(names);
});

it.each([
  ["usd", undefined, "-usd"],
  ["usd", "-usd", "usd"],
  ["usd", "usd", undefined],
  ["usd", "name", "-usd"],
  ["name", undefined, "name"],
  ["name", "name", "-name"],
  ["name", "-name", undefined],
  ["menu", undefined, "nothing"],
])("a click on %s after %s asks for %s", (click, order, asked) => {
  expect(table(order, click).asked).toBe(asked);
});

it("leaves rows that are not all here as they are", () => {
  const rows = [ROWS[0], undefined, ROWS[3]];
  const Probe = () => {
    const sorted = useSorted({ columns: COLUMNS, rows, sorting: undefined });
    expect(sorted.rows).toBe(rows);
    expect(sorted.headerOf("usd")).toBeUndefined();
    return null;
  };
  renderToStaticMarkup(createElement(Probe));
});
