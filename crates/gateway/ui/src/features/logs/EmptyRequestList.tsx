/** Empty states of Logs: an error, a paused search, no matches, or no requests yet. */
import { Button, Group, Loader, Paper, Text } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import type { RequestSummary } from "../../api/requests";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { TableSkeleton } from "../../components/Skeletons";
import { formatAbsolute } from "../../lib/time";
import { timeOfId } from "./logFilters";
import type { Listing } from "./pagedList";

export const searched = (next: string | null) => {
  const at = next === null ? null : timeOfId(next);
  return at === null ? "No more matches so far." : `No more matches back to ${formatAbsolute(at)}.`;
};

export function EmptyRequestList({
  listing,
  live,
  resume,
  clear,
}: {
  listing: Listing<RequestSummary>;
  live: boolean;
  resume: () => void;
  clear: (() => void) | undefined;
}) {
  if (listing.error !== null) return <ErrorState error={listing.error} retry={resume} />;
  if (listing.paused)
    return (
      <EmptyState icon={IconListDetails} title="No matches so far" next={searched(listing.next)}>
        <Button variant="default" mt="xs" onClick={resume}>
          Search further back
        </Button>
      </EmptyState>
    );
  if (listing.more) return <TableSkeleton rows={14} />;
  if (clear)
    return (
      <EmptyState
        icon={IconListDetails}
        title="No requests match these filters"
        next="Change or clear the filters to see more requests."
      >
        <Button variant="default" mt="xs" onClick={clear}>
          Clear filters
        </Button>
      </EmptyState>
    );
  return (
    <EmptyState
      icon={IconListDetails}
      title="No requests yet"
      next="Send one through this gateway to see it here, with its cost."
    >
      <Paper
        p="sm"
        mt="xs"
        maw="100%"
        style={{ overflowX: "auto" }}
        tabIndex={0}
        role="region"
        aria-label="Example"
      >
        <Text
          component="pre"
          m={0}
          size="xs"
          ff="monospace"
          ta="start"
        >{`curl ${location.origin}/v1/chat/completions \\\n  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\\n  -d '{"model": "azure-model-router", "messages": [{"role": "user", "content": "Hello!"}]}'`}</Text>
      </Paper>
      {live && (
        <Group gap={6} mt="xs">
          <Loader size={12} aria-hidden />
          <Text size="xs" c="dimmed">
            Waiting for the first request
          </Text>
        </Group>
      )}
    </EmptyState>
  );
}
