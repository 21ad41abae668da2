/** Requests without an exact cost: how many, links to them, and repricing. */
import { Alert, Anchor, Button, Group, Skeleton, Text, type AnchorProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import { messageOf } from "../../api/error";
import { spendQuery, type ReportFilters } from "../../api/reports";
import { seesEverything, useSession } from "../../api/session";
import { formatTokens } from "../../lib/tokens";
import type { Period } from "./period";
import { fading } from "./report";
import { RepriceDialog } from "./RepriceDialog";

const LogsLink = createLink((props: AnchorProps & ComponentProps<"a">) => (
  <Anchor component="a" {...props} />
));
const SAYS = {
  unpriced: "without a price",
  partial: "partially priced",
  estimated: "estimated",
  interrupted: "interrupted",
} as const;
type Status = keyof typeof SAYS;
const requestsOf = (count: number) =>
  `${formatTokens(count)} ${count === 1 ? "request" : "requests"}`;

interface Props {
  period: Period;
  times: { from: string; to: string };
  reportFilters: ReportFilters;
  /**
   * Requests without a complete price according to the totals, known before the details are loaded.
   */
  unpriced: number;
  /** Times and totals still belong to the previous selection. */
  stale: boolean;
}

/** Always rendered, so that the content below does not move. */
export function UncertainCosts({
  period,
  times,
  reportFilters,
  unpriced: without,
  stale: before,
}: Props) {
  const { data, error, refetch, isPlaceholderData } = useQuery(
    spendQuery("cost_status", period, reportFilters),
  );
  const session = useSession();
  const [open, { open: show, close }] = useDisclosure(false);
  const stale = before || isPlaceholderData;
  const found = (Object.keys(SAYS) as Status[]).flatMap((status) => {
    const requests = data?.rows.find((row) => row.cost_status === status)?.requests ?? 0;
    return requests > 0 ? [{ status, requests }] : [];
  });
  const unpriced = data
    ? found.some(({ status }) => status === "unpriced" || status === "partial")
    : without > 0;
  return (
    <Alert
      color="gray"
      variant="default"
      icon={
        <IconInfoCircle size={18} color={unpriced ? "var(--mantine-color-orange-6)" : undefined} />
      }
      p="sm"
      role={error ? "alert" : "status"}
      {...fading(stale)}
    >
      <Group justify="space-between" gap="xs" mih={30}>
        <Text size="sm" c="var(--mantine-color-text)" component="div" flex={1} miw={200}>
          {found.map(({ status, requests }, place) => (
            <span key={status}>
              {place > 0 && " · "}
              <LogsLink
                to="/logs"
                search={{ ...reportFilters, ...times, cost_status: status }}
                disabled={stale}
                inherit
                underline="always"
                c="inherit"
              >
                {requestsOf(requests)} {SAYS[status]}
              </LogsLink>
            </span>
          ))}
          {!data && without > 0 && `${requestsOf(without)} without a complete price`}
          {unpriced && ". The totals do not include what has no price."}
          {data && found.length === 0 && "All requests in this period have an exact price."}
          {error ? (
            <Text inherit>
              The requests without an exact cost could not be loaded: {messageOf(error)}
            </Text>
          ) : (
            !data && without === 0 && <Skeleton height={14} width={280} maw="100%" />
          )}
        </Text>
        {error && (
          <Button size="xs" variant="default" onClick={() => void refetch()}>
            Try again
          </Button>
        )}
        {unpriced && seesEverything(session) && (
          <Button size="xs" variant="default" disabled={stale} onClick={show}>
            Reprice…
          </Button>
        )}
      </Group>
      <RepriceDialog
        opened={open && !stale}
        onClose={close}
        period={period}
        times={times}
        reportFilters={reportFilters}
      />
    </Alert>
  );
}
