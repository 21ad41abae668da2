/** The view of a virtual key: only itself. */
import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ownKeyQuery } from "../../api/keys";
import { nameOf } from "../../api/teams";
import { ErrorState } from "../../components/ErrorState";
import { PageHeader } from "../../components/PageHeader";
import { TableSkeleton } from "../../components/Skeletons";
import { limitsOf } from "../../lib/limits";
import { BudgetBar, Resets } from "./BudgetBar";

/** The view of a virtual key: only itself. */
export function OwnKey() {
  const { data: key, error, refetch } = useQuery(ownKeyQuery);
  return (
    <>
      <PageHeader title="Keys" about="Your key and its remaining budget." />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !key ? (
        <TableSkeleton rows={3} />
      ) : (
        <Paper p="md" maw={560}>
          <Stack gap="md">
            <Title order={2} style={{ overflowWrap: "anywhere" }}>
              {nameOf(key)}
            </Title>
            <BudgetBar budget={key} owner={{}} tall />
            <Group gap="xl" fz="sm">
              <div>
                <Text size="xs" c="dimmed">
                  Resets
                </Text>
                <Resets budget={key} />
              </div>
              <div>
                <Text size="xs" c="dimmed">
                  Limits
                </Text>
                {limitsOf(key).full || "none"}
              </div>
              <div>
                <Text size="xs" c="dimmed">
                  Model groups
                </Text>
                {key.models.length === 0 ? "any" : key.models.join(", ")}
              </div>
            </Group>
          </Stack>
        </Paper>
      )}
    </>
  );
}
