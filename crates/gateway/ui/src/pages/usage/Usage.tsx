/** Usage: where the money went, day by day, and what it was spent on. */
import { Group, Paper, Pill, Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import "@mantine/dates/styles.css";
import { useMediaQuery } from "@mantine/hooks";
import { IconCalendar, IconChartAreaLine } from "@tabler/icons-react";
import { lazy, Suspense, useMemo } from "react";
import { useFilters } from "../../filters";
import { EmptyState } from "../../parts/EmptyState";
import { ErrorState } from "../../parts/ErrorState";
import { PageHeader } from "../../parts/PageHeader";
import { seesEverything, useSession } from "../../session/session";
import { Breakdown } from "./Breakdown";
import { colorOf, cssColor } from "./colors";
import { before, daysOf, periodOf, RANGES, type Period } from "./period";
import { narrowingOf, useSpend, type Narrowing } from "./report";
import { byName, FEE, NOBODY, seriesOf, spentIn } from "./spend";
import { SpentTable } from "./SpentTable";
import { Tiles } from "./Tiles";
import { Uncertain } from "./Uncertain";

const SpendChart = lazy(() => import("./SpendChart"));

export function Usage() {
  const [filters] = useFilters();
  const session = useSession();
  const { from, to } = periodOf(filters, new Date());
  const period = useMemo(() => ({ from, to }), [from, to]);
  return (
    <>
      <PageHeader title="Usage" about={seesEverything(session) ? "Where the money went. Days are in UTC." : "What your key spent. Days are in UTC."}><PeriodChoice period={period} /></PageHeader>
      <Narrowed />
      <Report period={period} narrowing={narrowingOf(filters)} />
    </>
  );
}

function PeriodChoice({ period }: { period: Period }) {
  const [filters, change] = useFilters();
  const own = filters["from"] !== undefined;
  return (
    <>
      <Select aria-label="Period" w={120} allowDeselect={false} data={[...RANGES.map(({ value, label }) => ({ value, label })), ...(own ? [{ value: "own", label: "Own days" }] : [])]}
        value={own ? "own" : filters["range"] ?? "30d"} onChange={(range) => { if (range !== "own") change({ range: range ?? "", from: "", to: "" }); }} />
      <DatePickerInput type="range" aria-label="First and last day" leftSection={<IconCalendar size={16} aria-hidden />} w={230} valueFormat="D MMM YYYY" allowSingleDateInRange maxDate={new Date()} placeholder="Own days"
        key={`${period.from} ${period.to}`} defaultValue={[period.from, period.to]} onChange={([first, last]) => { if (first && last) change({ from: first, to: last, range: "" }); }} />
    </>
  );
}

function Narrowed() {
  const [filters, change] = useFilters();
  const all = Object.entries(narrowingOf(filters));
  if (all.length === 0) return null;
  return <Group gap={6} mb="sm">{all.map(([name, value]) => <Pill key={name} withRemoveButton maw="100%" onRemove={() => { change({ [name]: "" }); }} removeButtonProps={{ "aria-label": `Remove ${name}`, "aria-hidden": false, tabIndex: 0 }}>{name}: {name === "key" ? `${value.slice(0, 10)}…` : value}</Pill>)}</Group>;
}

function Report({ period, narrowing }: { period: Period; narrowing: Narrowing }) {
  const { data, error, refetch } = useSpend("day,served", period, narrowing);
  const { data: earlier } = useSpend("", before(period), narrowing);
  const [filters, change] = useFilters();
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const drawn = useMemo(() => data && { series: seriesOf(data.rows, daysOf(period)), served: byName(data.rows, (row) => row.served ?? null) }, [data, period]);
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data || !drawn) return <Loading />;
  const total = spentIn(null, data.total);
  if (total.requests === 0) return <EmptyState icon={IconChartAreaLine} title="Nothing was asked in these days" next="Choose other days, or send a request through this gateway." />;
  const { series, served } = drawn;
  const places = new Map(series.names.map((name, place) => [name, cssColor(colorOf(name, place))]));
  const lines = served.map((spent) => ({ spent, label: spent.name ?? NOBODY, color: places.get(spent.name ?? NOBODY) ?? cssColor("gray.5"), onPick: spent.name === null ? undefined : () => { change({ served: spent.name ?? "" }); } }));
  return (
    <Stack gap="md">
      <Tiles now={total} then={earlier && spentIn(null, earlier.total)} />
      <Uncertain period={period} narrowing={narrowing} />
      <Paper p="md">
        <Title order={2} fz="sm" mb="sm">Spend by day and served model</Title>
        {series.names.length === 0 ? <Text size="sm" c="dimmed">Nothing of these days has a price.</Text>
          : <div role="img" aria-label={`Spend by day from ${period.from} to ${period.to}; the table below has the same sums.`}><Suspense fallback={<Skeleton height={260} />}><SpendChart names={series.names} data={series.data} narrow={narrow} /></Suspense></div>}
        <Group gap="md" mt="xs">{series.names.map((name) => <Group key={name} gap={6} wrap="nowrap" maw="100%"><span aria-hidden style={{ width: 8, height: 8, borderRadius: 2, flexShrink: 0, background: places.get(name) }} /><Text size="xs" truncate>{name}</Text></Group>)}</Group>
      </Paper>
      <Paper p="md">
        <Title order={2} fz="sm" mb="xs">By served model</Title>
        <SpentTable name="Served" total={total} empty="" lines={[...lines, ...(total.fee > 0n ? [{ spent: total, label: `${FEE} (within the above)`, color: cssColor(colorOf(FEE, 0)), fee: true }] : [])]} />
      </Paper>
      <Breakdown by={filters["by"]} period={period} narrowing={narrowing} />
    </Stack>
  );
}

function Loading() {
  return <Stack gap="md" role="status" aria-busy aria-label="Loading"><Skeleton height={88} /><Skeleton height={360} /><Skeleton height={240} /></Stack>;
}
