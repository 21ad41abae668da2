/** How sure a cost is: colour and word, with what it means on hover. */
import { Badge, Tooltip } from "@mantine/core";
import type { Schemas } from "../api/client";

type Status = Schemas["CostStatus"];

export const COST_STATUSES: Readonly<Record<Status, { color: string; means: string }>> = {
  exact: { color: "teal", means: "Priced from the usage that Azure reported." },
  inferred: {
    color: "cyan",
    means:
      "The price is inherited from the undated model, or a billing rule applies that is known from evidence only.",
  },
  estimated: {
    color: "yellow",
    means: "Usage was not reported, and was counted here; or hidden tokens have no billing rule.",
  },
  partial: { color: "orange", means: "The routing fee or the model is priced, not both." },
  unpriced: {
    color: "red",
    means: "There is no price for the served model; it can be repriced later.",
  },
  open: { color: "blue", means: "Still being answered." },
  interrupted: { color: "grape", means: "The gateway stopped before the answer ended." },
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
