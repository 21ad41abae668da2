/** Requests whose cost is not exact: how many, which ones, and a way to price them anew. */
import { Alert, Anchor, Button, Group, Text, type AnchorProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconInfoCircle } from "@tabler/icons-react";
import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import { seesEverything, useSession } from "../../session/session";
import { formatTokens } from "../../tokens";
import type { Period } from "./period";
import { useSpend, type Narrowing } from "./report";
import { RepriceDialog } from "./RepriceDialog";

const LogsLink = createLink((props: AnchorProps & ComponentProps<"a">) => <Anchor component="a" {...props} />);
const SAYS = { unpriced: "without a price", partial: "priced in part", estimated: "estimated", interrupted: "interrupted" } as const;
type Status = keyof typeof SAYS;

interface Props { period: Period; times: { from: string; to: string }; narrowing: Narrowing }

export function Uncertain({ period, times, narrowing }: Props) {
  const { data } = useSpend("cost_status", period, narrowing);
  const session = useSession();
  const [open, { open: show, close }] = useDisclosure(false);
  const found = (Object.keys(SAYS) as Status[]).flatMap((status) => {
    const requests = data?.rows.find((row) => row.cost_status === status)?.requests ?? 0;
    return requests > 0 ? [{ status, requests }] : [];
  });
  if (found.length === 0) return null;
  const unpriced = found.some(({ status }) => status === "unpriced" || status === "partial");
  return (
    <Alert color="gray" variant="default" icon={<IconInfoCircle size={18} color={unpriced ? "var(--mantine-color-orange-6)" : undefined} />} p="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="var(--mantine-color-text)">
          {found.map(({ status, requests }, place) => (
            <span key={status}>{place > 0 && " · "}<LogsLink to="/logs" search={{ ...narrowing, ...times, cost_status: status }} inherit underline="always" c="inherit">{formatTokens(requests)} {requests === 1 ? "request" : "requests"} {SAYS[status]}</LogsLink></span>
          ))}
          {unpriced && <Text span inherit c="inherit">. What has no price is not in the sums.</Text>}
        </Text>
        {unpriced && seesEverything(session) && <Button size="xs" variant="default" onClick={show}>Reprice…</Button>}
      </Group>
      <RepriceDialog opened={open} onClose={close} period={period} times={times} narrowing={narrowing} />
    </Alert>
  );
}
