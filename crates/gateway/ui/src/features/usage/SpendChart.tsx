/** Chart of spend over time, stacked by served model. Loaded on demand: charts are heavy. */
import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { useMemo } from "react";
import { formatShort, picodollars } from "../../lib/money";

/** Bars are drawn in picodollars; their labels are rounded. */
const label = (value: number) => formatShort(picodollars(BigInt(Math.round(value))));
/** Days are formatted in UTC, so that they are the same everywhere. */
const day = (text: string) =>
  new Date(text).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

type Days = Record<string, string | number>[];

/** The width of the axis labels in pixels, so that no amount is cut off. */
function axisWidth(data: Days): number {
  const sums = data.map((row) =>
    Object.values(row).reduce<number>(
      (sum, part) => (typeof part === "number" ? sum + part : sum),
      0,
    ),
  );
  return 16 + 7.5 * label(Math.max(0, ...sums)).length;
}

interface Series {
  name: string;
  color: string;
}

/** Keys without dots: the chart reads a dot as a path, and a missing value is not a number. */
const key = (place: number) => `s${String(place)}`;
const withKeys = (series: readonly Series[], data: Days): Days =>
  data.map((row) => ({
    day: row["day"] ?? "",
    ...Object.fromEntries(series.map(({ name }, place) => [key(place), row[name] ?? 0])),
  }));

export default function SpendChart({ series, data }: { series: readonly Series[]; data: Days }) {
  const rows = useMemo(() => withKeys(series, data), [series, data]);
  return (
    <BarChart
      h={260}
      data={rows}
      dataKey="day"
      type="stacked"
      valueFormatter={label}
      maxBarWidth={36}
      gridAxis="x"
      tickLine="none"
      withXAxis
      withYAxis
      series={series.map(({ name, color }, place) => ({ name: key(place), label: name, color }))}
      xAxisProps={{ tickFormatter: day, minTickGap: 24, interval: "equidistantPreserveStart" }}
      yAxisProps={{ width: axisWidth(data), tickCount: 5 }}
      tooltipAnimationDuration={0}
      barProps={{ isAnimationActive: false }}
    />
  );
}
