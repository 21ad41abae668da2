/**
 * Columns of Logs. None of them sorts: rows are loaded by time, page by page, and sorting could
 * only order the pages loaded so far.
 */
import { Group, Text, Tooltip } from "@mantine/core";
import type { RequestSummary } from "../../api/requests";
import { CostStatusBadge } from "../../components/CostStatusBadge";
import type { Column } from "../../components/DataTable";
import { Duration } from "../../components/Duration";
import { Money } from "../../components/Money";
import { RelativeTime } from "../../components/RelativeTime";
import { TokenCount } from "../../components/TokenCount";
import { OutcomeMark } from "./OutcomeMark";

const at: Column<RequestSummary> = {
  id: "at",
  header: "Time",
  width: "98px",
  cell: (row) => <RelativeTime at={row.at} />,
};
const status: Column<RequestSummary> = {
  id: "status",
  header: "Status",
  width: "110px",
  cell: (row) => <OutcomeMark outcome={row.outcome} status={row.status} why={row.error} />,
};
const served: Column<RequestSummary> = {
  id: "served",
  header: "Asked → served",
  width: "minmax(192px, 5fr)",
  cell: (row) => <AskedServed row={row} />,
};
const api: Column<RequestSummary> = {
  id: "api",
  header: "API",
  width: "88px",
  // Entries of versions that had chats only have none.
  cell: (row) => row.api ?? "chat",
};
const key: Column<RequestSummary> = {
  id: "key",
  header: "Key",
  width: "minmax(88px, 1fr)",
  cell: (row) => <KeyName row={row} />,
};
const prompt: Column<RequestSummary> = {
  id: "prompt",
  header: "Prompt",
  align: "end",
  width: "98px",
  cell: (row) => <TokenCount count={row.prompt_tokens} cached={row.cached_tokens} />,
};
const output: Column<RequestSummary> = {
  id: "output",
  header: "Output",
  align: "end",
  width: "60px",
  cell: (row) => <TokenCount count={row.output_tokens} />,
};
const cost: Column<RequestSummary> = {
  id: "cost",
  header: "Cost",
  align: "end",
  width: "134px",
  cell: (row) => <CostOf row={row} />,
};
const sure: Column<RequestSummary> = {
  id: "cost_status",
  header: "Cost status",
  width: "98px",
  cell: (row) => <CostStatusBadge status={row.cost_status} />,
};
const ttft: Column<RequestSummary> = {
  id: "ttft",
  header: "TTFT",
  align: "end",
  width: "58px",
  cell: (row) => <Duration ms={row.first_content_ms} />,
};
const duration: Column<RequestSummary> = {
  id: "duration",
  header: "Duration",
  align: "end",
  width: "76px",
  cell: (row) => <Duration ms={row.outcome === "open" ? null : row.duration_ms} />,
};

export const ALL_COLUMNS = [
  at,
  status,
  served,
  api,
  key,
  prompt,
  output,
  cost,
  sure,
  ttft,
  duration,
];
/** A key that views its own requests needs no key column. */
export const OWN_COLUMNS = ALL_COLUMNS.filter((column) => column !== key);
/** The columns that fit on a phone; the receipt shows the rest. */
export const NARROW_COLUMNS = [
  { ...at, width: "92px" },
  {
    ...served,
    header: "Served",
    width: "minmax(0, 1fr)",
    cell: (row: RequestSummary) => (
      <Group gap={6} wrap="nowrap">
        <OutcomeMark outcome={row.outcome} status={row.status} why={row.error} bare />
        <Text inherit truncate>
          {row.served ?? row.asked}
        </Text>
      </Group>
    ),
  },
  { ...cost, width: "134px" },
];

function AskedServed({ row: { asked, served } }: { row: RequestSummary }) {
  return (
    <Tooltip
      label={
        <>
          {asked} → {served ?? "no model"}
        </>
      }
      multiline
      maw={420}
      events={{ hover: true, focus: false, touch: false }}
      styles={{ tooltip: { overflowWrap: "anywhere" } }}
    >
      <div
        style={{
          display: "grid",
          gridTemplateColumns: "fit-content(38%) auto minmax(0, auto)",
          gap: 6,
          justifyContent: "start",
        }}
      >
        <Text inherit truncate c="dimmed">
          {asked}
        </Text>
        <Text inherit c="dimmed">
          →
        </Text>
        {served === null ? (
          <Text inherit c="dimmed">
            –
          </Text>
        ) : (
          <Text inherit truncate fw={500}>
            {served}
          </Text>
        )}
      </div>
    </Tooltip>
  );
}

function KeyName({ row }: { row: RequestSummary }) {
  if (row.key_id === null)
    return (
      <Text inherit c="dimmed">
        master key
      </Text>
    );
  return (
    <Text inherit truncate title={row.key_alias ?? row.key_id}>
      {row.key_alias ?? `${row.key_id.slice(0, 10)}…`}
    </Text>
  );
}

/** A partly known cost is shown as a lower bound. */
function CostOf({ row }: { row: RequestSummary }) {
  if (row.cost !== null || row.cost_status !== "partial")
    return <Money usd={row.cost} absent="–" />;
  return (
    <span>
      &gt; <Money usd={row.known} />
    </span>
  );
}
