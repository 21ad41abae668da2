/** A token count with its cached share, if any; a dash if unknown. */
import { Text, Tooltip } from "@mantine/core";
import { cachedShare, formatTokens } from "../lib/tokens";

export function TokenCount({
  count,
  cached,
}: {
  count: number | null | undefined;
  cached?: number | null | undefined;
}) {
  if (count === null || count === undefined)
    return (
      <Text span inherit c="dimmed" aria-label="unknown">
        –
      </Text>
    );
  const share = cached ? cachedShare(cached, count) : null;
  if (share === null) return <>{formatTokens(count)}</>;
  return (
    <Tooltip label={`${formatTokens(cached ?? 0)} of ${formatTokens(count)} tokens from cache`}>
      <span style={{ whiteSpace: "nowrap" }}>
        {formatTokens(count)}{" "}
        <Text span size="xs" c="dimmed">
          {share}% cached
        </Text>
      </span>
    </Tooltip>
  );
}
