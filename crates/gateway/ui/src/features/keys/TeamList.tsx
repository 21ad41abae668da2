/** Table of all teams, with a search by name. */
import { IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { nameOf, teamsQuery, type Team } from "../../api/teams";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import { TableSkeleton } from "../../components/Skeletons";
import { useSorting } from "../../components/sorting";
import { teamColumns } from "./columns";
import { EditDialog } from "./EditDialog";
import { NameSearch, useNarrow } from "./NameSearch";

export function TeamList() {
  const narrow = useNarrow();
  const [typed, type] = useState("");
  const [editing, edit] = useState<Team | null>(null);
  const columns = useMemo(() => teamColumns(edit, narrow), [narrow]);
  const sorting = useSorting();
  const { data, error, refetch } = useQuery(teamsQuery);
  const letters = typed.trim().toLowerCase();
  const rows = useMemo(
    () => data?.filter((team) => nameOf(team).toLowerCase().includes(letters)) ?? [],
    [data, letters],
  );
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  return (
    <>
      <NameSearch typed={typed} type={type} />
      <DataTable
        label="Teams"
        rows={rows}
        columns={columns}
        sorting={sorting}
        rowId={(team) => team.team_id}
        onOpen={edit}
        minWidth={narrow ? 0 : 820}
        height="calc(100dvh - 250px)"
        empty={
          letters === "" ? (
            <EmptyState
              icon={IconUsersGroup}
              title="No teams yet"
              next="A team has a budget and limits that all its keys share."
            />
          ) : (
            <EmptyState
              icon={IconUsersGroup}
              title="No teams match your search"
              next="Check the spelling, or clear the search."
            />
          )
        }
      />
      <EditDialog
        of="team"
        opened={editing !== null}
        row={editing ?? undefined}
        onClose={() => {
          edit(null);
        }}
      />
    </>
  );
}
