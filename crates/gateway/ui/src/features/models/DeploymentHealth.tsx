/** Health badge of a deployment: whether it is usable, and how its last 24 hours went. */
import { Badge, ColorSwatch, Tooltip } from "@mantine/core";
import type { Deployment } from "../../api/deployments";
import { useAlive } from "../../api/health";

export function DeploymentHealth({ deployment }: { deployment: Deployment }) {
  const { word, color, means } = useHealth(deployment);
  return (
    <Tooltip label={means} multiline maw={360}>
      <Badge color={color} className="fw-status">
        {word}
      </Badge>
    </Tooltip>
  );
}

/** The same as a dot for narrow columns, with the word on hover and for screen readers. */
export function DeploymentHealthDot({ deployment }: { deployment: Deployment }) {
  const { word, color } = useHealth(deployment);
  return (
    <Tooltip label={word}>
      <ColorSwatch
        size={9}
        color={`var(--mantine-color-${color}-6)`}
        withShadow={false}
        role="img"
        aria-label={word}
        style={{ flexShrink: 0 }}
      />
    </Tooltip>
  );
}

/** Unknown while the gateway is not responding. */
function useHealth(deployment: Deployment): ReturnType<typeof healthOf> {
  return useAlive()
    ? healthOf(deployment)
    : { word: "unknown", color: "gray", means: "The gateway is not responding." };
}

function healthOf({ enabled, error, last_day: { requests, errors } }: Deployment): {
  word: string;
  color: string;
  means: string;
} {
  if (error !== null) return { word: "unusable", color: "red", means: error };
  if (!enabled)
    return {
      word: "disabled",
      color: "gray",
      means: "It receives no requests until it is enabled.",
    };
  if (requests === 0)
    return {
      word: "no traffic",
      color: "gray",
      means: "No requests in the last 24 hours. Test the connection to see whether it responds.",
    };
  if (errors === 0)
    return {
      word: "healthy",
      color: "teal",
      means: `${String(requests)} of ${String(requests)} requests in the last 24 hours succeeded.`,
    };
  const means = `${String(errors)} of ${String(requests)} requests in the last 24 hours were refused, failed or were cut off.`;
  return errors === requests
    ? { word: "failing", color: "red", means }
    : { word: `${String(errors)} failed`, color: "yellow", means };
}
