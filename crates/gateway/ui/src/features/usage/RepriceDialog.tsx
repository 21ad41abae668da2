/** Dialog that reprices requests at current prices, after showing what would change. */
import { Button, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { messageOf } from "../../api/error";
import { SPEND, type ReportFilters } from "../../api/reports";
import { REQUEST, reprice, type RepriceReport } from "../../api/requests";
import { CostStatusBadge } from "../../components/CostStatusBadge";
import { ErrorState } from "../../components/ErrorState";
import { Money } from "../../components/Money";
import { TableSkeleton } from "../../components/Skeletons";
import { formatTokens } from "../../lib/tokens";
import type { Period } from "./period";

const SHOWN = 20;
interface Times {
  from: string;
  to: string;
}
interface Props {
  opened: boolean;
  onClose: () => void;
  period: Period;
  times: Times;
  reportFilters: ReportFilters;
}

export function RepriceDialog({ opened, onClose, period, times, reportFilters }: Props) {
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["reprice", times, reportFilters],
    enabled: opened,
    staleTime: 0,
    gcTime: 0,
    queryFn: () => reprice({ ...times, ...reportFilters }, true),
  });
  const { mutate, isPending } = useMutation({
    mutationFn: () => reprice({ ...times, ...reportFilters }, false),
    onSuccess: ({ changed }) => {
      notifications.show({
        color: "teal",
        title: "Repriced",
        message: `${formatTokens(changed)} ${changed === 1 ? "request has" : "requests have"} a new cost.`,
      });
      onClose();
    },
    onError: (failure) => {
      notifications.show({
        color: "red",
        title: "Repricing did not finish",
        message: messageOf(failure),
      });
      void cache.invalidateQueries({ queryKey: ["reprice"] });
    },
    // Also after a failure: some requests may have been repriced.
    onSettled: () => {
      void cache.invalidateQueries({ queryKey: SPEND });
      void cache.invalidateQueries({ queryKey: REQUEST });
    },
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Reprice"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
      transitionProps={{ duration: 120 }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          Requests from {period.from} to {period.to} without a complete price are priced again at
          current prices. Their original cost stays on the receipt. Budgets get back what is held
          for them, in windows that are still open.
        </Text>
        {error ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : !data ? (
          <TableSkeleton rows={4} />
        ) : (
          <RepricePreview answer={data} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={!data || data.changed === 0}
            loading={isPending}
            onClick={() => {
              mutate();
            }}
          >
            {data && data.changed > 0
              ? `Reprice ${formatTokens(data.changed)} ${data.changed === 1 ? "request" : "requests"}`
              : "Nothing to reprice"}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function RepricePreview({ answer }: { answer: RepriceReport }) {
  const { examined, changed, still_unpriced, before_usd, after_usd, changes } = answer;
  return (
    <>
      <Text size="sm">
        Of {formatTokens(examined)} examined,{" "}
        {changed === 0 ? "none would change" : `${formatTokens(changed)} would change`}
        {changed > 0 && (
          <>
            , from <Money usd={before_usd} /> to <Money usd={after_usd} />
          </>
        )}
        . {formatTokens(still_unpriced)} would still have no complete price.
      </Text>
      {changes.length > 0 && (
        <Table fz="sm" verticalSpacing={5}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Served</Table.Th>
              <Table.Th ta="end">Current</Table.Th>
              <Table.Th ta="end">New</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.slice(0, SHOWN).map(({ id, served, asked, before, after }) => (
              <Table.Tr key={id}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{served ?? asked}</Table.Td>
                <Table.Td ta="end">
                  <Money usd={before.cost_usd} />
                </Table.Td>
                <Table.Td ta="end">
                  <Group gap={6} justify="flex-end" wrap="nowrap">
                    <Money usd={after.cost_usd} />
                    <CostStatusBadge status={after.status} />
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {changes.length > SHOWN && (
        <Text size="xs" c="dimmed">
          Showing the first {SHOWN}.
        </Text>
      )}
    </>
  );
}
