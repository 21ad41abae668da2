/** An amount of money: short in the text, with all digits on hover. */
import { Text, Tooltip } from "@mantine/core";
import { formatFull, formatShort, formatShortCut, parseUsd, type Picodollars } from "../lib/money";

/**
 * `usd` as in the API. Null means that there is no amount and shows `absent`, never $0. A remaining
 * amount (`left`) is truncated, not rounded.
 */
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
