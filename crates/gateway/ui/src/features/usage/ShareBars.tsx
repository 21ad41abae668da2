/**
 * Bars with the share of money and of requests of each served model; the routing fee is a slice of
 * its own.
 */
import { Group, Progress, Stack, Text } from "@mantine/core";
import { percentOf } from "../../lib/money";
import { cssColor, type Colors } from "./colors";
import { moneyOf, NO_MODEL, slicesOf, type Slice, type Spent } from "./spend";

export function ShareBars({
  served,
  total,
  colors,
}: {
  served: readonly Spent[];
  total: Spent;
  colors: Colors;
}) {
  const money = moneyOf(served, total);
  const requests = slicesOf(
    served.map(({ name, requests: count }) => ({ name: name ?? NO_MODEL, part: BigInt(count) })),
    0n,
  );
  return (
    <Stack gap="sm" mb="md">
      <Bar name="Spend" slices={money} whole={total.known} colors={colors} />
      <Bar name="Requests" slices={requests} whole={BigInt(total.requests)} colors={colors} />
    </Stack>
  );
}

function Bar({
  name,
  slices,
  whole,
  colors,
}: {
  name: string;
  slices: readonly Slice[];
  whole: bigint;
  colors: Colors;
}) {
  const shares = slices.map((slice) => ({ ...slice, share: percentOf(slice.part, whole) ?? 0 }));
  if (shares.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {name}
      </Text>
      <Progress.Root size={12} aria-hidden>
        {shares.map(({ name: of, share }) => (
          <Progress.Section key={of} value={share} color={colors(of)} withAria={false} />
        ))}
      </Progress.Root>
      <Group
        component="ul"
        gap={4}
        mt={6}
        p={0}
        style={{ listStyle: "none", columnGap: 16 }}
        aria-label={`Shares of ${name.toLowerCase()}`}
      >
        {shares.map(({ name: of, share }) => (
          <Group component="li" key={of} gap={6} wrap="nowrap" maw="100%">
            <Swatch color={colors(of)} />
            <Text size="xs" truncate>
              {of}
            </Text>
            <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
              {share.toFixed(1)}%
            </Text>
          </Group>
        ))}
      </Group>
    </div>
  );
}

export function Swatch({ color }: { color: string }) {
  return (
    <span
      aria-hidden
      style={{ width: 8, height: 8, borderRadius: 2, flexShrink: 0, background: cssColor(color) }}
    />
  );
}
