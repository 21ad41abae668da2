/** Cost status as a coloured badge, with its meaning on hover. */
import { Badge, Tooltip } from "@mantine/core";
import type { Schemas } from "../api/client";

type Status = Schemas["CostStatus"];

export const COST_STATUSES: Readonly<Record<Status, { color: string; means: string }>> = {
  exact: { color: "teal", means: "Priced from the usage that the provider reported." },
  inferred: {
    color: "cyan",
    means:
      "The price is that of the model without its date, or a billing rule applies that is based on evidence and not confirmed.",
  },
  estimated: {
    color: "yellow",
    means:
      "The provider reported no usage, so the gateway counted the tokens; or no billing rule covers hidden tokens.",
  },
  partial: { color: "orange", means: "Only one of the routing fee and the model has a price." },
  unpriced: {
    color: "red",
    means: "The served model has no price. The request can be repriced later.",
  },
  open: { color: "blue", means: "The request is still in progress." },
  interrupted: { color: "grape", means: "The gateway stopped before the response was complete." },
};

export function CostStatusBadge({ status }: { status: Status }) {
  const { color, means } = COST_STATUSES[status];
  return (
    <Tooltip label={means}>
      <Badge color={color} className="fw-status">
        {status}
      </Badge>
    </Tooltip>
  );
}
