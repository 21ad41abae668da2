/** Prices that need review: how many, and a list on demand. */
import { Alert, Anchor, Badge, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCalendarDue } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/client";
import { settingsQuery } from "../../api/settings";
import { formatTokens } from "../../lib/tokens";

type Review = Schemas["PriceReview"];

export function PriceReviews() {
  const { data, error } = useQuery(settingsQuery);
  const [open, { toggle }] = useDisclosure(false);
  if (!data) return error ? null : <Skeleton height={45} mb="sm" />;
  const {
    reviews,
    count,
    newest,
    own,
    overlay,
    version,
    table,
    table_refused: refused,
  } = data.prices;
  const due = reviews.filter((review) => review.due);
  return (
    <Alert
      variant="default"
      p="sm"
      mb="sm"
      icon={
        <IconCalendarDue
          size={18}
          color={due.length > 0 ? "var(--mantine-color-orange-6)" : undefined}
        />
      }
    >
      <Text size="sm">
        {formatTokens(count)} prices in table {version}
        {table === null ? "" : ` (${table})`}, newest from {newest ?? "an unknown date"}
        {overlay === null ? "" : `; ${formatTokens(own)} custom prices from ${overlay}`}.{" "}
        {due.length > 0 ? (
          <strong>
            {formatTokens(due.length)} {due.length === 1 ? "needs" : "need"} review:{" "}
            {due
              .slice(0, 3)
              .map(({ model }) => model)
              .join(", ")}
            {due.length > 3 ? " …" : ""}.
          </strong>
        ) : (
          toCome(reviews)
        )}{" "}
        {reviews.length > 0 && (
          <Anchor
            component="button"
            type="button"
            inherit
            c="inherit"
            underline="always"
            aria-expanded={open}
            onClick={toggle}
          >
            {open ? "Hide" : "Show all"}
          </Anchor>
        )}
      </Text>
      {refused !== null && (
        <Text size="sm" c="red" mt={4} style={{ overflowWrap: "anywhere", whiteSpace: "pre-line" }}>
          A new price table was rejected; the current one stays in use: {refused}
        </Text>
      )}
      {open && <All reviews={reviews} />}
    </Alert>
  );
}

function toCome(reviews: readonly Review[]): string {
  const [next] = reviews;
  return next
    ? `${formatTokens(reviews.length)} to review, the first (${next.model}) by ${next.by ?? "an unknown date"}.`
    : "No prices need review.";
}

function All({ reviews }: { reviews: readonly Review[] }) {
  return (
    <Stack
      component="ul"
      gap={4}
      mt="xs"
      mb={0}
      p={0}
      mah={240}
      style={{ listStyle: "none", overflowY: "auto" }}
      tabIndex={0}
      aria-label="Prices to review"
    >
      {reviews.map(({ price_id, by, due }) => (
        <Group component="li" key={price_id} gap={8} wrap="nowrap" align="flex-start">
          <Text span size="sm" style={{ whiteSpace: "nowrap" }}>
            {by ?? "no date"}
          </Text>
          {due && (
            <Badge color="orange" className="fw-status" style={{ flexShrink: 0 }}>
              due
            </Badge>
          )}
          <Text span size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {price_id}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
