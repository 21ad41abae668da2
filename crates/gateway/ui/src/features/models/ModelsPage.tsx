/** Models page: groups, the deployments behind them, and their last 24 hours. */
import { Button, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPlus, IconRoute, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { deploymentsQuery, type Deployment } from "../../api/deployments";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { PageHeader } from "../../components/PageHeader";
import { searchField } from "../../components/searchShortcut";
import { TableSkeleton } from "../../components/Skeletons";
import { useSorting } from "../../components/sorting";
import { useFilters } from "../../lib/filters";
import { columnsWith, NARROW } from "./columns";
import { ModelDrawer } from "./ModelDrawer";
import { usePendingDeletions } from "./pendingDeletions";

export function ModelsPage() {
  const [filters, change] = useFilters();
  const pending = usePendingDeletions();
  const { data, error, refetch } = useQuery(deploymentsQuery);
  const all = useMemo(
    () => data?.deployments.filter(({ id }) => !pending.has(id)),
    [data, pending],
  );
  const rows = useMemo(() => all?.filter(fits(filters["q"] ?? "")), [all, filters]);
  const sorting = useSorting();
  const narrow = useMediaQuery("(max-width: 48em)") === true;
  const columns = useMemo(
    () => columnsWith(narrow).filter(({ id }) => !narrow || NARROW.includes(id)),
    [narrow],
  );
  const add = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => {
        change({ add: "1", edit: undefined });
      }}
    >
      Add model
    </Button>
  );
  const opened =
    filters["edit"] === undefined ? undefined : all?.find(({ id }) => id === filters["edit"]);
  return (
    <>
      <PageHeader
        title="Models"
        about="Model groups, the deployments behind them, and their last 24 hours."
      >
        {add}
      </PageHeader>
      {error && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !all || !rows ? (
        <TableSkeleton />
      ) : all.length === 0 ? (
        <EmptyState
          icon={IconRoute}
          title="No models yet"
          next="Add a deployment of Azure Model Router, test its connection, and try it in the playground."
        >
          {add}
        </EmptyState>
      ) : (
        <>
          <TextInput
            {...searchField}
            aria-label="Search models"
            placeholder="Search by group, deployment or endpoint"
            leftSection={<IconSearch size={16} aria-hidden />}
            mb="sm"
            maw={360}
            defaultValue={filters["q"] ?? ""}
            onChange={(event) => {
              change({ q: event.currentTarget.value });
            }}
          />
          <DataTable
            label="Deployments"
            rows={rows}
            columns={columns}
            sorting={sorting}
            rowId={({ id }) => id}
            minWidth={narrow ? 340 : 956}
            onOpen={({ id }) => {
              change({ edit: id, add: undefined });
            }}
            empty={
              <EmptyState
                icon={IconSearch}
                title="No matching models"
                next={`No group, deployment or endpoint contains “${filters["q"] ?? ""}”.`}
              />
            }
          />
        </>
      )}
      <ModelDrawer
        opened={filters["add"] !== undefined || opened !== undefined}
        deployment={opened}
        onClose={() => {
          change({ add: undefined, edit: undefined });
        }}
      />
    </>
  );
}

const fits =
  (search: string) =>
  ({ group, model, url }: Deployment) =>
    [group, model, url ?? ""].some((text) =>
      text.toLowerCase().includes(search.trim().toLowerCase()),
    );
