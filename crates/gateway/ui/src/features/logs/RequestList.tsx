/** List of requests: loaded page by page while scrolling, and optionally kept at the newest. */
import { Button, Group, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowUp } from "@tabler/icons-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { messageOf } from "../../api/error";
import { readRequests, type RequestQuery, type RequestSummary } from "../../api/requests";
import { seesEverything, useSession } from "../../api/session";
import { DataTable } from "../../components/DataTable";
import { ALL_COLUMNS, NARROW_COLUMNS, OWN_COLUMNS } from "./columns";
import { EmptyRequestList, searched } from "./EmptyRequestList";
import { PagedList, type Listing } from "./pagedList";

/** Milliseconds between live updates. */
const POLL = 2_000;

const listOf = (query: RequestQuery) =>
  new PagedList<RequestSummary>(async (before) => {
    const { requests, next } = await readRequests(query, before);
    return { rows: requests, next };
  });

interface Props {
  query: RequestQuery;
  live: boolean;
  onOpen: (row: RequestSummary) => void;
  clear?: (() => void) | undefined;
}

/** Set `key` to the query: another query is another list. */
export function RequestList({ query, live, onOpen, clear }: Props) {
  const [pages] = useState(() => listOf(query));
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
    return <EmptyRequestList listing={listing} live={live} resume={pages.resume} clear={clear} />;
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
        <Below listing={listing} resume={pages.resume} />
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
            {live ? "Live updates are paused. Go to newest" : "Go to newest"}
          </Button>
        )}
      </Group>
    </>
  );
}

const idOf = (row: RequestSummary) => row.id;

function Below({ listing, resume }: { listing: Listing<RequestSummary>; resume: () => void }) {
  const { rows, more, paused, error, next } = listing;
  if (error !== null)
    return (
      <Group gap="xs" role="alert">
        <Text size="xs" c="var(--mantine-color-error)">
          {messageOf(error)}
        </Text>
        <Button size="compact-xs" variant="default" onClick={resume}>
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
        <Button size="compact-xs" variant="default" onClick={resume}>
          Search further back
        </Button>
      </Group>
    );
  const count = rows.length.toLocaleString("en-US");
  return (
    <Text size="xs" c="dimmed">
      {more
        ? `${count} loaded, scroll for more`
        : `${count} ${rows.length === 1 ? "request" : "requests"}`}
    </Text>
  );
}
