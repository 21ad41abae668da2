/** Served models of a group as a small stacked bar, with text on hover and for screen readers. */
import { Progress, Text, Tooltip } from "@mantine/core";

export interface Served {
  served: string;
  requests: number;
}
const COLORS = ["cyan.7", "indigo.5", "teal.6", "orange.6", "grape.5", "lime.7", "gray.5"] as const;

export function ServedMix({ mix, width = 120 }: { mix: readonly Served[]; width?: number }) {
  const total = mix.reduce((sum, part) => sum + part.requests, 0);
  if (total === 0)
    return (
      <Text span inherit c="dimmed">
        no requests
      </Text>
    );
  const parts = [...mix].sort((a, b) => b.requests - a.requests);
  const share = (part: Served) => (100 * part.requests) / total;
  const words = parts.map((part) => `${part.served} ${share(part).toFixed(0)}%`);
  return (
    <Tooltip
      label={
        <div>
          {words.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </div>
      }
    >
      <Progress.Root
        size={8}
        w={width}
        role="img"
        aria-label={`Served by ${words.join(", ")}`}
        tabIndex={0}
      >
        {parts.map((part, place) => (
          <Progress.Section
            key={part.served}
            value={share(part)}
            color={COLORS[Math.min(place, COLORS.length - 1)] ?? "gray.5"}
            withAria={false}
          />
        ))}
      </Progress.Root>
    </Tooltip>
  );
}
