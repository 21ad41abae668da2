/** Drawer with the receipt of one request. */
import { Badge, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../../api/error";
import { receiptQuery, type Receipt } from "../../api/requests";
import { CopyButton } from "../../components/CopyButton";
import { CostStatusBadge } from "../../components/CostStatusBadge";
import { ErrorState } from "../../components/ErrorState";
import { Money } from "../../components/Money";
import { RelativeTime } from "../../components/RelativeTime";
import { TableSkeleton } from "../../components/Skeletons";
import { textLines } from "./logFilters";
import { OutcomeMark } from "./OutcomeMark";
import { ReceiptAttempts } from "./ReceiptAttempts";
import { ReceiptCost } from "./ReceiptCost";
import { Facts, Json, Section } from "./receiptSections";
import { Trouble } from "./ReceiptSummary";
import { ReceiptTexts } from "./ReceiptTexts";
import { ReceiptTiming } from "./ReceiptTiming";
import { ReceiptUsage } from "./ReceiptUsage";
import { RoutingTrace } from "./RoutingTrace";

export function ReceiptDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const wanted = id ?? "";
  const { data, error, refetch } = useQuery({
    ...receiptQuery(wanted),
    enabled: wanted !== "",
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
              ? "Request not found"
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
              {receipt.served ?? "No model responded"}
            </Title>
            <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              asked for {receipt.asked}
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
            <CostStatusBadge status={cost.status} />
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
            <RelativeTime at={receipt.at} />
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
      <ReceiptCost receipt={receipt} />
      <ReceiptTiming timings={receipt.timings} />
      <ReceiptUsage receipt={receipt} />
      <Section title="IDs">
        <Facts
          facts={[
            ["Request", <Id key="id" value={receipt.id} what="request ID" />],
            [
              "Azure (apim-request-id)",
              receipt.provider_request_id === null ? null : (
                <Id key="id" value={receipt.provider_request_id} what="apim-request-id" />
              ),
            ],
            [
              "Response",
              receipt.answer_id === null ? null : (
                <Id key="id" value={receipt.answer_id} what="response ID" />
              ),
            ],
            ["Deployment", `${receipt.deployment}, ${receipt.sku.replaceAll("_", " ")}`],
            ["Service tier", receipt.service_tier],
            ...textLines("ids", receipt),
          ]}
        />
      </Section>
      <ReceiptAttempts attempts={receipt.attempts} />
      <RoutingTrace trace={receipt.routing} />
      <Section title="Caller">
        <Facts
          facts={[
            [
              "Key",
              who.key_id === null
                ? "master key"
                : (who.key_alias ?? <Id key="id" value={who.key_id} what="key hash" />),
            ],
            [
              "Sent by",
              receipt.acted_by === undefined
                ? null
                : `${receipt.acted_by} (admin), on behalf of this key`,
            ],
            ...textLines("caller", receipt),
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
      </Section>
      {receipt.texts && <ReceiptTexts texts={receipt.texts} />}
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
