/** Who or what took how much: a row each, with its share of money and requests. */
import { Anchor, Box, Table, Text, Tooltip } from "@mantine/core";
import { Money } from "../../parts/Money";
import { percentOf } from "../../money";
import { cachedShare, formatTokens } from "../../tokens";
import { average, type Spent } from "./spend";

interface Line { spent: Spent; label: string; color?: string; onPick?: (() => void) | undefined; fee?: boolean }

export function SpentTable({ name, lines, total, empty }: { name: string; lines: readonly Line[]; total: Spent; empty: string }) {
  if (lines.length === 0) return <Text size="sm" c="dimmed" py="md">{empty}</Text>;
  return (
    <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={name}>
      <Table fz="sm" verticalSpacing={6} horizontalSpacing={8} layout="fixed" styles={{ th: { fontWeight: 500, color: "var(--mantine-color-dimmed)", fontSize: 12 } }}>
        <Table.Thead>
          <Table.Tr><Table.Th w={{ base: "44%", sm: "30%" }}>{name}</Table.Th><Table.Th w="24%" visibleFrom="sm">Share of spend</Table.Th><Table.Th ta="end">Spend</Table.Th><Table.Th ta="end">Requests</Table.Th><Table.Th ta="end" visibleFrom="sm">Average</Table.Th><Table.Th ta="end" w={72} visibleFrom="sm">Cached</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>{lines.map((line) => <SpentRow key={`${line.label} ${String(line.fee)}`} line={line} total={total} />)}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function SpentRow({ line: { spent, label, color = "var(--mantine-primary-color-filled)", onPick, fee = false }, total }: { line: Line; total: Spent }) {
  const money = fee ? spent.fee : spent.known;
  const share = percentOf(money, total.known) ?? 0;
  const cached = cachedShare(spent.cached, spent.prompt);
  const ofRequests = percentOf(BigInt(spent.requests), BigInt(total.requests));
  return (
    <Table.Tr>
      <Table.Td><Text size="sm" truncate title={label}>{onPick ? <Anchor component="button" type="button" inherit c="inherit" underline="hover" onClick={onPick} ta="start" style={{ display: "block", maxWidth: "100%", overflow: "hidden", textOverflow: "ellipsis" }}>{label}</Anchor> : label}</Text></Table.Td>
      <Table.Td visibleFrom="sm">
        <Box style={{ display: "grid", gridTemplateColumns: "1fr 52px", alignItems: "center", gap: 8 }}>
          <Box h={8} bg="var(--fw-hover)" style={{ borderRadius: 4, overflow: "hidden" }} aria-hidden><Box h={8} w={`${String(share)}%`} bg={color} /></Box>
          <Text span size="xs" c="dimmed" ta="end">{share.toFixed(1)} %</Text>
        </Box>
      </Table.Td>
      <Table.Td ta="end">{spent.unpriced === spent.requests && money === 0n && !fee ? <Text span inherit c="dimmed">unpriced</Text> : <>{spent.unpriced > 0 && !fee && "> "}<Money usd={money} /></>}</Table.Td>
      <Table.Td ta="end">{fee ? "" : <Tooltip label={ofRequests === null ? "" : `${ofRequests.toFixed(1)} % of requests`}><span>{formatTokens(spent.requests)}</span></Tooltip>}</Table.Td>
      <Table.Td ta="end" visibleFrom="sm">{fee ? "" : <Money usd={average(spent)} absent="–" />}</Table.Td>
      <Table.Td ta="end" visibleFrom="sm">{fee || cached === null ? "" : `${String(cached)} %`}</Table.Td>
    </Table.Tr>
  );
}
