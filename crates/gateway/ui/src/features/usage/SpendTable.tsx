/** Table of spend: one row per key, team or model, with its share of money and of requests. */
import { Box, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import { DataTable, type Column } from "../../components/DataTable";
import { Money } from "../../components/Money";
import { fromA, fromLargest, useSorting } from "../../components/sorting";
import { percentOf, type Picodollars } from "../../lib/money";
import { formatTokens } from "../../lib/tokens";
import { average, cachedPart, type Spent } from "./spend";

export interface Line {
  id: string;
  spent: Spent;
  label: string;
  color?: string;
  onPick?: (() => void) | undefined;
  /** Whether this is the line of all routing fees. */
  fee?: boolean;
}
interface Total {
  known: Picodollars;
  requests: number;
}
interface Props {
  name: string;
  lines: readonly Line[];
  /** A part of the others, and so not sorted among them. */
  fee?: Line | undefined;
  total: Total;
  /** The name of the order in the URL. */
  sort: string;
  empty: string;
}

export function SpendTable({ name, lines, fee, total: { known, requests }, sort, empty }: Props) {
  const sorting = useSorting(sort);
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const columns = useMemo(
    () => columnsOf(name, { known, requests }, narrow),
    [name, known, requests, narrow],
  );
  return (
    <DataTable
      label={name}
      rows={lines}
      foot={fee}
      columns={columns}
      sorting={sorting}
      rowId={idOf}
      onOpen={pick}
      height="min(560px, 70dvh)"
      minWidth={narrow ? 0 : 880}
      empty={
        <Text size="sm" c="dimmed" py="md">
          {empty}
        </Text>
      }
    />
  );
}

/** The lines that match a search text. */
export function found(lines: readonly Line[], text: string | undefined): readonly Line[] {
  const wanted = text?.trim().toLowerCase() ?? "";
  return wanted === ""
    ? lines
    : lines.filter(({ label, id }) => `${label} ${id}`.toLowerCase().includes(wanted));
}

const idOf = ({ id }: Line) => id;
const pick = ({ onPick }: Line) => {
  onPick?.();
};
/** A fully unknown cost has no amount to sort by. */
const spendOf = ({ spent }: Line) => (unpriced(spent) ? null : spent.known);
const unpriced = ({ unpriced: without, requests, known }: Spent) =>
  without === requests && known === 0n;
const percent = (share: number | null) => (share === null ? "" : `${share.toFixed(1)}%`);

function columnsOf(name: string, total: Total, narrow: boolean): Column<Line>[] {
  const money = ({ spent, fee }: Line) => (fee === true ? spent.fee : spent.known);
  const ofSpend = (line: Line) => percentOf(money(line), total.known);
  const ofRequests = ({ spent }: Line) => percentOf(BigInt(spent.requests), BigInt(total.requests));
  const label: Column<Line> = {
    id: "label",
    header: name,
    sort: fromA((line) => line.label),
    width: narrow ? "minmax(0, 1fr)" : "minmax(150px, 2fr)",
    cell: (line) => <span title={line.label}>{line.label}</span>,
  };
  const spend: Column<Line> = {
    id: "spend",
    header: "Spend",
    sort: fromLargest(spendOf),
    align: "end",
    width: "134px",
    cell: ({ spent, fee }) => (fee === true ? <Money usd={spent.fee} /> : <Known spent={spent} />),
  };
  const requests: Column<Line> = {
    id: "requests",
    header: "Requests",
    sort: fromLargest(({ spent }) => spent.requests),
    align: "end",
    width: "94px",
    cell: ({ spent, fee }) => (fee === true ? "" : formatTokens(spent.requests)),
  };
  const shareOfRequests: Column<Line> = {
    id: "of_requests",
    header: "Share of requests",
    sort: fromLargest(({ spent }) => spent.requests),
    align: "end",
    width: "150px",
    cell: (line) => (line.fee === true ? "" : percent(ofRequests(line))),
  };
  if (narrow) {
    // The columns that fit on a phone; the shares of spend are above the table.
    return [label, spend, { ...shareOfRequests, header: "Req.", width: "84px" }];
  }
  return [
    label,
    {
      id: "of_spend",
      header: "Share of spend",
      sort: fromLargest(spendOf),
      width: "minmax(130px, 1.4fr)",
      cell: (line) => <Share share={ofSpend(line) ?? 0} color={line.color} />,
    },
    spend,
    requests,
    shareOfRequests,
    {
      id: "average",
      header: "Average",
      sort: fromLargest(({ spent }) => average(spent)),
      align: "end",
      width: "124px",
      cell: ({ spent, fee }) => (fee === true ? "" : <Money usd={average(spent)} absent="–" />),
    },
    {
      id: "cached",
      header: "Cached",
      sort: fromLargest(({ spent }) => cachedPart(spent)),
      align: "end",
      width: "90px",
      cell: ({ spent, fee }) => {
        const cached = cachedPart(spent);
        return fee === true || cached === null ? "" : `${String(cached)}%`;
      },
    },
  ];
}

/** The known spend, marked as a lower bound if some requests have no complete price. */
export function Known({ spent }: { spent: Spent }) {
  if (spent.requests > 0 && unpriced(spent))
    return (
      <Text span inherit c="dimmed">
        unpriced
      </Text>
    );
  return (
    <>
      {spent.unpriced > 0 && "> "}
      <Money usd={spent.known} />
    </>
  );
}

function Share({
  share,
  color = "var(--mantine-primary-color-filled)",
}: {
  share: number;
  color?: string | undefined;
}) {
  return (
    <Box style={{ display: "grid", gridTemplateColumns: "1fr 52px", alignItems: "center", gap: 8 }}>
      <Box
        h={8}
        bg="var(--mantine-color-default-border)"
        style={{ borderRadius: 4, overflow: "hidden" }}
        aria-hidden
      >
        <Box h={8} w={`${String(share)}%`} bg={color} />
      </Box>
      <Text span size="xs" c="dimmed" ta="end">
        {percent(share)}
      </Text>
    </Box>
  );
}
