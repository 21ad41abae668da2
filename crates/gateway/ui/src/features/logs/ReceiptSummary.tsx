/** Top of a receipt: served model, cost, outcome, and what went wrong. */
import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Receipt } from "../../api/requests";

export function Trouble({ receipt: { outcome, attempts } }: { receipt: Receipt }) {
  // The last that was sent, if any was: others may have been passed over after it.
  const sent = attempts.findLast(({ status }) => status !== null);
  const said = (sent ?? attempts.at(-1))?.error;
  const [title, text] =
    outcome.kind === "refused" && !sent
      ? ["It was not sent to Azure", said ?? outcome.code]
      : outcome.kind === "refused"
        ? [`Azure refused it with ${String(outcome.status)}`, said ?? outcome.code]
        : outcome.kind === "failed"
          ? ["It failed", outcome.reason]
          : outcome.kind === "client_gone"
            ? ["The client left before the answer ended", null]
            : outcome.kind === "interrupted"
              ? ["The gateway stopped before the answer ended", null]
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
