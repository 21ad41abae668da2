/** Table of all keys, with a search by name. */
import { useDebouncedValue } from "@mantine/hooks";
import { IconKey } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { keysQuery, type Key } from "../../api/keys";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { TableSkeleton } from "../../components/Skeletons";
import { useSorting } from "../../components/sorting";
import { useFilters } from "../../lib/filters";
import { keyColumns } from "./columns";
import { EditDialog } from "./EditDialog";
import { NameSearch, useNarrow } from "./NameSearch";

/**
 * Keys are loaded page by page, and sorting needs all of them. Beyond this number, the table does
 * not sort.
 */
const MOST_SORTED = 2_000;

export function KeyList() {
  const narrow = useNarrow();
  const [filters, change] = useFilters();
  const [typed, type] = useState(filters["name"] ?? "");
  const [search] = useDebouncedValue(typed.trim(), 250);
  const [editing, edit] = useState<Key | null>(null);
  const columns = useMemo(() => keyColumns(edit, narrow), [narrow]);
  const sorting = useSorting();
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery(
    keysQuery(search),
  );
  const rows = useMemo(() => data?.pages.flatMap(({ keys }) => keys) ?? [], [data]);
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const total = data?.pages[0]?.total_count ?? rows.length;
  const sorts = total <= MOST_SORTED;
  useEffect(() => {
    if (sorts && sorting.order !== undefined && !error) onEnd();
  }, [sorts, sorting.order, error, onEnd]);
  return (
    <>
      <NameSearch
        typed={typed}
        type={(name) => {
          type(name);
          change({ name: name.trim() });
        }}
      />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <TableSkeleton />
      ) : (
        <DataTable
          label="Keys"
          rows={rows}
          columns={columns}
          sorting={sorts ? sorting : undefined}
          rowId={(key) => key.token}
          onOpen={edit}
          onEnd={onEnd}
          total={total}
          minWidth={narrow ? 0 : 984}
          height="calc(100dvh - 250px)"
          empty={
            search === "" ? (
              <EmptyState
                icon={IconKey}
                title="No keys yet"
                next="Create one for each program or person that sends requests, so that you can see who spends what."
              />
            ) : (
              <EmptyState
                icon={IconKey}
                title="No keys match your search"
                next="Check the spelling, or clear the search."
              />
            )
          }
        />
      )}
      <EditDialog
        of="key"
        opened={editing !== null}
        row={editing ?? undefined}
        onClose={() => {
          edit(null);
        }}
      />
    </>
  );
}
