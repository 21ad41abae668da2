/** An amount: short in the line, in full on hover; a dash with the reason where there is none. */
import { Text, Tooltip } from "@mantine/core";
import { formatFull, formatShort, parseUsd, type Picodollars } from "../money";

/** `usd` as the API tells it; null says that there is no amount, and shows `absent`, never $0. */
export function Money({ usd, absent = "unpriced" }: { usd: string | Picodollars | null | undefined; absent?: string }) {
  if (usd === null || usd === undefined) return <Text span inherit c="dimmed">{absent}</Text>;
  const amount = typeof usd === "string" ? parseUsd(usd) : usd;
  const short = formatShort(amount);
  const full = formatFull(amount);
  const shown = <span style={{ whiteSpace: "nowrap" }}>{short}</span>;
  return short === full ? shown : <Tooltip label={full}>{shown}</Tooltip>;
}
