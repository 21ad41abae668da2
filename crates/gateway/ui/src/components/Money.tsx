/** An amount: short in the line, in full on hover; a dash with the reason where there is none. */
import { Text, Tooltip } from "@mantine/core";
import { formatFull, formatShort, formatShortCut, parseUsd, type Picodollars } from "../lib/money";

/** `usd` as the API tells it; null says that there is no amount, and shows `absent`, never $0. What is left is cut, not rounded. */
export function Money({
  usd,
  absent = "unpriced",
  left = false,
}: {
  usd: string | Picodollars | null | undefined;
  absent?: string;
  left?: boolean;
}) {
  if (usd === null || usd === undefined)
    return (
      <Text span inherit c="dimmed">
        {absent}
      </Text>
    );
  const amount = typeof usd === "string" ? parseUsd(usd) : usd;
  const short = left ? formatShortCut(amount) : formatShort(amount);
  const full = formatFull(amount);
  const shown = <span style={{ whiteSpace: "nowrap" }}>{short}</span>;
  return short === full ? shown : <Tooltip label={full}>{shown}</Tooltip>;
}
