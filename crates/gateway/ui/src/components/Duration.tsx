/** A duration in milliseconds; a dash if unknown. */
import { Text } from "@mantine/core";
import { formatDuration } from "../lib/time";

export function Duration({ ms }: { ms: number | null | undefined }) {
  if (ms === null || ms === undefined)
    return (
      <Text span inherit c="dimmed" aria-label="unknown">
        –
      </Text>
    );
  return <span style={{ whiteSpace: "nowrap" }}>{formatDuration(ms)}</span>;
}
