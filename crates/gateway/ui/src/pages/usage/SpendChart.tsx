/** Spend over time, stacked by served model. It is loaded apart: charts are heavy. */
import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { formatShort, picodollars } from "../../money";

/** Bars are drawn in picodollars; their labels are rounded to be short. */
const label = (value: number) => formatShort(picodollars(BigInt(Math.round(value))));
/** A day is the same day wherever it is read. */
const day = (text: string) => new Date(text).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

export default function SpendChart({ series, data, narrow }: { series: { name: string; color: string }[]; data: Record<string, string | number>[]; narrow: boolean }) {
  return (
    <BarChart h={260} data={data} dataKey="day" type="stacked" valueFormatter={label} maxBarWidth={36} gridAxis="x" tickLine="none" withXAxis withYAxis
      series={series} xAxisProps={{ tickFormatter: day, minTickGap: 24, interval: "equidistantPreserveStart" }} yAxisProps={{ width: narrow ? 64 : 84, tickCount: 5 }}
      tooltipAnimationDuration={0} barProps={{ isAnimationActive: false }} />
  );
}
