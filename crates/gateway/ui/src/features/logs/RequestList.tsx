/** The rows: read page by page as one scrolls, and kept at the newest where one wants to. */
import { Button, Group, Loader, Paper, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowUp, IconListDetails } from "@tabler/icons-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { api } from "../../api/client";
import { messageOf, unwrap } from "../../api/error";
import { queries } from "../../api/cache";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { TableSkeleton } from "../../components/Skeletons";
import { seesEverything, useSession } from "../../api/session";
import { formatAbsolute } from "../../lib/time";
import { ALL_COLUMNS, NARROW_COLUMNS, OWN_COLUMNS, type Row } from "./columns";
import { timeOfId, type RequestQuery } from "./logFilters";
import { Pages, type Listing } from "./pagedList";

const PAGE = 200;
const POLL = 2_000;

/** Through the cache of answers for its retries; nothing is kept there. */
const readPages = (query: RequestQuery) =>
  new Pages<Row>(async (before) => {
    const { requests, next } = await queries.fetchQuery({
      queryKey: ["requests", query, before],
      gcTime: 0,
      staleTime: 0,
      queryFn: ({ signal }) =>
        unwrap(
          api.GET("/fareway/v1/requests", {
            params: {
              query: { ...query, limit: String(PAGE), ...(before === null ? {} : { before }) },
            },
            signal,
          }),
        ),
    });
    return { rows: requests, next };
  });

interface Props {
  query: RequestQuery;
  live: boolean;
  onOpen: (row: Row) => void;
  clear?: (() => void) | undefined;
}

/** Give it a `key` of the query: another query is another list. */
export function RequestList({ query, live, onOpen, clear }: Props) {
  const [pages] = useState(() => readPages(query));
  const listing = useSyncExternalStore(pages.subscribe, pages.listing);
  const [toTop, goToTop] = useState(0);
  const [first, setFirst] = useState(0);
  const session = useSession();
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const atTop = first === 0;
  useEffect(() => {
    if (!live || !atTop) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void pages.refresh();
    }, POLL);
    return () => {
      clearInterval(timer);
    };
  }, [live, atTop, pages]);
  const [onSight] = useState(() => (from: number, to: number) => {
    setFirst(from);
    pages.show(from, to);
  });

  if (listing.rows.length === 0)
    return <Nothing listing={listing} live={live} goOn={pages.goOn} clear={clear} />;
  const columns = narrow ? NARROW_COLUMNS : seesEverything(session) ? ALL_COLUMNS : OWN_COLUMNS;
  return (
    <>
      <DataTable
        label="Requests"
        rows={listing.rows}
        columns={columns}
        rowId={idOf}
        onOpen={onOpen}
        onSight={onSight}
        total={listing.more ? -1 : listing.rows.length}
        minWidth={narrow ? 0 : 1_016}
        height="calc(100dvh - 232px)"
        toTop={toTop}
      />
      <Group justify="space-between" mt={6} mih={30} wrap="nowrap">
        <Below listing={listing} goOn={pages.goOn} />
        {!atTop && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconArrowUp size={14} aria-hidden />}
            style={{ flexShrink: 0 }}
            onClick={() => {
              goToTop(toTop + 1);
              void pages.refresh();
            }}
          >
            {live ? "Live is paused: to the newest" : "Newest"}
          </Button>
        )}
      </Group>
    </>
  );
}

const idOf = (row: Row) => row.id;

function Below({ listing, goOn }: { listing: Listing<Row>; goOn: () => void }) {
  const { rows, more, paused, error, next } = listing;
  if (error !== null)
    return (
      <Group gap="xs" role="alert">
        <Text size="xs" c="var(--mantine-color-error)">
          {messageOf(error)}
        </Text>
        <Button size="compact-xs" variant="default" onClick={goOn}>
          Try again
        </Button>
      </Group>
    );
  if (paused)
    return (
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          {searched(next)}
        </Text>
        <Button size="compact-xs" variant="default" onClick={goOn}>
          Search further back
        </Button>
      </Group>
    );
  const count = rows.length.toLocaleString("en-US");
  return (
    <Text size="xs" c="dimmed">
      {more
        ? `${count} loaded, more as you scroll`
        : `${count} ${rows.length === 1 ? "request" : "requests"}`}
    </Text>
  );
}

const searched = (next: string | null) => {
  const at = next === null ? null : timeOfId(next);
  return at === null ? "Nothing more so far." : `Nothing more back to ${formatAbsolute(at)}.`;
};

function Nothing({
  listing,
  live,
  goOn,
  clear,
}: {
  listing: Listing<Row>;
  live: boolean;
  goOn: () => void;
  clear: (() => void) | undefined;
}) {
  if (listing.error !== null) return <ErrorState error={listing.error} retry={goOn} />;
  if (listing.paused)
    return (
      <EmptyState icon={IconListDetails} title="Nothing found yet" next={searched(listing.next)}>
        <Button variant="default" mt="xs" onClick={goOn}>
          Search further back
        </Button>
      </EmptyState>
    );
  if (listing.more) return <TableSkeleton rows={14} />;
  if (clear)
    return (
      <EmptyState
        icon={IconListDetails}
        title="No request fits"
        next="None of the requests in the books has all that you asked for."
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
      next="Send one through this gateway, and it is here with what it cost."
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
            Waiting for the first one
          </Text>
        </Group>
      )}
    </EmptyState>
  );
}
