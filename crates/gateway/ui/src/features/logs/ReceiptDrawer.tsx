/** One request's receipt, beside the list. */
import { Alert, Badge, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../api/client";
import { ApiError, unwrap } from "../../api/error";
import { CopyButton } from "../../components/CopyButton";
import { CostStatus } from "../../components/CostStatusBadge";
import { ErrorState } from "../../components/ErrorState";
import { Money } from "../../components/Money";
import { TableSkeleton } from "../../components/Skeletons";
import { When } from "../../components/RelativeTime";
import { CostPart } from "./ReceiptCost";
import { OutcomeMark } from "./OutcomeMark";
import { Facts, Json, Part } from "./receiptSections";
import { Attempts, Routing, TimingPart, UsagePart } from "./ReceiptUsage";
import { Texts } from "./ReceiptTexts";

type Receipt = Schemas["Request"];

export function ReceiptDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const wanted = id ?? "";
  const { data, error, refetch } = useQuery({
    queryKey: ["request", wanted],
    enabled: wanted !== "",
    queryFn: ({ signal }) =>
      unwrap(api.GET("/fareway/v1/requests/{id}", { params: { path: { id: wanted } }, signal })),
    refetchInterval: ({ state }) => (state.data?.outcome.kind === "open" ? 1_000 : false),
  });
  return (
    <Drawer
      opened={wanted !== ""}
      onClose={onClose}
      position="right"
      size={640}
      title="Receipt"
      padding="lg"
      closeButtonProps={{ "aria-label": "Close" }}
      transitionProps={{ duration: 120 }}
    >
      {error ? (
        <ErrorState
          error={error}
          title={
            error instanceof ApiError && error.status === 404
              ? "There is no such request"
              : "The receipt could not be loaded"
          }
          {...(error instanceof ApiError && error.status === 404
            ? {}
            : { retry: () => void refetch() })}
        />
      ) : data ? (
        <ReceiptBody receipt={data} />
      ) : (
        wanted !== "" && <TableSkeleton rows={12} />
      )}
    </Drawer>
  );
}

function ReceiptBody({ receipt }: { receipt: Receipt }) {
  const { cost, outcome, who } = receipt;
  return (
    <Stack gap="lg">
      <div>
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Title order={2} style={{ overflowWrap: "anywhere" }}>
              {receipt.served ?? "Nobody answered"}
            </Title>
            <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              asked as {receipt.asked}
            </Text>
          </div>
          <Stack gap={4} align="flex-end" style={{ flexShrink: 0 }}>
            <Text fz={20} fw={600} lh={1.2}>
              {cost.total === null && cost.known !== "0" ? (
                <>
                  &gt; <Money usd={cost.known} />
                </>
              ) : (
                <Money usd={cost.total} />
              )}
            </Text>
            <CostStatus status={cost.status} />
          </Stack>
        </Group>
        <Group gap="md" mt="xs">
          <Text component="div" size="sm">
            <OutcomeMark
              outcome={outcome.kind}
              status={"status" in outcome ? outcome.status : null}
            />
          </Text>
          <Text component="div" size="sm" c="dimmed">
            <When at={receipt.at} />
          </Text>
          {receipt.stream && (
            <Badge color="gray" className="fw-status">
              stream
            </Badge>
          )}
          {receipt.routed && (
            <Badge color="gray" className="fw-status">
              routed
            </Badge>
          )}
        </Group>
      </div>
      <Trouble receipt={receipt} />
      <CostPart receipt={receipt} />
      <TimingPart timings={receipt.timings} />
      <UsagePart receipt={receipt} />
      <Part title="Ids">
        <Facts
          facts={[
            ["Request", <Id key="id" value={receipt.id} what="request id" />],
            [
              "At Azure (apim-request-id)",
              receipt.provider_request_id === null ? null : (
                <Id key="id" value={receipt.provider_request_id} what="apim-request-id" />
              ),
            ],
            [
              "Answer",
              receipt.answer_id === null ? null : (
                <Id key="id" value={receipt.answer_id} what="answer id" />
              ),
            ],
            ["Deployment", `${receipt.deployment}, ${receipt.sku.replaceAll("_", " ")}`],
            ["Service tier", receipt.service_tier],
          ]}
        />
      </Part>
      <Attempts attempts={receipt.attempts} />
      <Routing trace={receipt.routing} />
      <Part title="Who">
        <Facts
          facts={[
            [
              "Key",
              who.key_id === null
                ? "master key"
                : (who.key_alias ?? <Id key="id" value={who.key_id} what="key's hash" />),
            ],
            [
              "Asked by",
              receipt.acted_by === undefined
                ? null
                : `${receipt.acted_by}, an admin, in the name of this key`,
            ],
            ["Team", who.team_id],
            ["User", who.user_id],
            ["End user", who.end_user],
            ["Session", who.session_id],
            ["Client IP", who.client_ip],
            [
              "Tags",
              who.tags.length === 0 ? null : (
                <Group key="tags" gap={4}>
                  {who.tags.map((tag) => (
                    <Badge key={tag} color="gray" className="fw-status">
                      {tag}
                    </Badge>
                  ))}
                </Group>
              ),
            ],
          ]}
        />
        {who.metadata !== null && <Json label="Metadata" value={who.metadata} />}
      </Part>
      {receipt.texts && <Texts texts={receipt.texts} />}
    </Stack>
  );
}

function Id({ value, what }: { value: string; what: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Text span inherit ff="monospace" fz="xs" style={{ overflowWrap: "anywhere" }}>
        {value}
      </Text>
      <CopyButton value={value} what={what} />
    </Group>
  );
}

function Trouble({ receipt: { outcome, attempts } }: { receipt: Receipt }) {
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
