/** Top of a receipt: served model, cost, outcome, and what went wrong. */
import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Receipt } from "../../api/requests";

export function Trouble({ receipt: { outcome, attempts } }: { receipt: Receipt }) {
  // The last attempt that was sent, if any: others may have been skipped after it.
  const sent = attempts.findLast(({ status }) => status !== null);
  const said = (sent ?? attempts.at(-1))?.error;
  const [title, text] =
    outcome.kind === "refused" && !sent
      ? ["Not sent to the provider", said ?? outcome.code]
      : outcome.kind === "refused"
        ? [
            `The provider refused the request with status ${String(outcome.status)}`,
            said ?? outcome.code,
          ]
        : outcome.kind === "failed"
          ? ["The request failed", outcome.reason]
          : outcome.kind === "client_gone"
            ? ["The client disconnected before the response was complete", null]
            : outcome.kind === "interrupted"
              ? ["The gateway stopped before the response was complete", null]
              : [null, null];
  if (title === null) return null;
  return (
    <Alert
      color={outcome.kind === "failed" ? "red" : "orange"}
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={title}
      className="fw-alert"
    >
      {text}
    </Alert>
  );
}
