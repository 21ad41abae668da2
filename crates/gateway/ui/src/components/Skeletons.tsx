/** Placeholders while data loads, in the size of what will appear. */
import { Skeleton, Stack } from "@mantine/core";

export function TableSkeleton({ rows = 10 }: { rows?: number }) {
  return (
    <Stack gap={8} aria-busy aria-label="Loading" role="status">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={28} radius="sm" />
      ))}
    </Stack>
  );
}

export function PageSkeleton() {
  return (
    <Stack gap="lg">
      <Skeleton height={28} width={160} />
      <TableSkeleton />
    </Stack>
  );
}
