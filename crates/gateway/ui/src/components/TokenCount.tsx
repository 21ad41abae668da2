/** A token count, with its cached share where it has one; a dash where it is not known. */
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
      <Text span inherit c="dimmed" aria-label="not known">
        –
      </Text>
    );
  const share = cached ? cachedShare(cached, count) : null;
  if (share === null) return <>{formatTokens(count)}</>;
  return (
    <Tooltip label={`${formatTokens(cached ?? 0)} of ${formatTokens(count)} from the cache`}>
      <span style={{ whiteSpace: "nowrap" }}>
        {formatTokens(count)}{" "}
        <Text span size="xs" c="dimmed">
          {share} % cached
        </Text>
      </span>
    </Tooltip>
  );
}
