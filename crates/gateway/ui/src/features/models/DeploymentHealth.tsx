/** Whether a deployment can be used, and how it has done in the last day. */
import { Badge, ColorSwatch, Tooltip } from "@mantine/core";
import { useAlive } from "../../api/health";
import type { Deployment } from "../../api/deployments";

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

/** The same where there is no room for a word: it is told on hover and to screen readers. */
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

/** While the gateway does not answer, nobody knows. */
function useHealth(deployment: Deployment): ReturnType<typeof healthOf> {
  return useAlive()
    ? healthOf(deployment)
    : { word: "not known", color: "gray", means: "The gateway does not answer." };
}

function healthOf({ enabled, error, last_day: { requests, errors } }: Deployment): {
  word: string;
  color: string;
  means: string;
} {
  if (error !== null) return { word: "unusable", color: "red", means: error };
  if (!enabled)
    return { word: "disabled", color: "gray", means: "No request goes to it until it is enabled." };
  if (requests === 0)
    return {
      word: "no traffic",
      color: "gray",
      means: "No request in the last 24 hours. Test the connection to see whether it answers.",
    };
  if (errors === 0)
    return {
      word: "healthy",
      color: "teal",
      means: `All ${String(requests)} requests of the last 24 hours were answered.`,
    };
  const means = `${String(errors)} of ${String(requests)} requests of the last 24 hours were refused, failed, or were cut off.`;
  return errors === requests
    ? { word: "failing", color: "red", means }
    : { word: `${String(errors)} failed`, color: "yellow", means };
}
