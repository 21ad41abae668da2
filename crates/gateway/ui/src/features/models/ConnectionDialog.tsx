/** Dialog with the result of a connection test, and the same request for curl. */
import { Alert, Button, Code, Group, Loader, Modal, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconAlertCircle, IconCircleCheck, IconRouteSquare } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { messageOf } from "../../api/error";
import type { ConnectionTest } from "../../api/models";
import { CopyButton } from "../../components/CopyButton";
import { CostStatusBadge } from "../../components/CostStatusBadge";
import { Duration } from "../../components/Duration";
import { Money } from "../../components/Money";
import { TokenCount } from "../../components/TokenCount";
import { inFormWords } from "./labels";

interface Props {
  opened: boolean;
  onClose: () => void;
  test: ConnectionTest | undefined;
  error: unknown;
  again: () => void;
  /** Marks the deployment as a router; undefined if nothing suggests that it is one. */
  router: (() => void) | undefined;
}

export function ConnectionDialog({ opened, onClose, test, error, again, router }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={
        <Text fw={600} size="lg">
          Test connection
        </Text>
      }
      size={560}
      closeButtonProps={{ "aria-label": "Close the test" }}
    >
      <Stack gap="md" mih={280} justify="space-between">
        <div aria-live="polite">
          {error ? (
            <Alert
              color="red"
              c="inherit"
              icon={<IconAlertCircle size={18} />}
              title="The test could not run"
              style={{ overflowWrap: "anywhere" }}
            >
              {inFormWords(messageOf(error))}
            </Alert>
          ) : test ? (
            <TestResult test={test} router={router} />
          ) : (
            <Group gap="sm" py="xl" justify="center">
              <Loader size="sm" aria-label="Testing" />
              <Text c="dimmed">Sending a small test request…</Text>
            </Group>
          )}
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={again} disabled={!test && !error}>
            Test again
          </Button>
          <Button onClick={onClose} data-autofocus>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function TestResult({
  test: { status, result },
  router,
}: {
  test: ConnectionTest;
  router: Props["router"];
}) {
  const good = status === "success";
  return (
    <Stack gap="md">
      {good ? (
        <Alert
          color="teal"
          c="inherit"
          icon={<IconCircleCheck size={18} />}
          title="The connection works"
        >
          One request was sent, answered and recorded in the ledger.
        </Alert>
      ) : (
        <Alert
          color="red"
          c="inherit"
          icon={<IconAlertCircle size={18} />}
          title={failureOf(result)}
          style={{ overflowWrap: "anywhere" }}
        >
          <Text size="sm">{inFormWords(result.error ?? "")}</Text>
          {result.advice !== undefined && (
            <Text size="sm" mt={6} fw={500}>
              What to do: {inFormWords(result.advice)}.
            </Text>
          )}
        </Alert>
      )}
      {router !== undefined && (
        <Alert
          color="yellow"
          c="inherit"
          icon={<IconRouteSquare size={18} />}
          title={`Answered by ${result.served ?? ""}`}
        >
          <Text size="sm">
            If a model router chose this model, a routing fee is charged too. The Azure portal shows
            which model the deployment uses.
          </Text>
          <Button variant="default" size="compact-sm" mt="xs" onClick={router}>
            This is a model router
          </Button>
        </Alert>
      )}
      {result.warnings.map((warning) => (
        <Text key={warning} size="sm" c="dimmed">
          {warning}
        </Text>
      ))}
      <SimpleGrid cols={2} spacing="xs" verticalSpacing="sm">
        <Fact name="Served">
          <Text span inherit style={{ overflowWrap: "anywhere" }}>
            {result.served ?? "no model"}
          </Text>
        </Fact>
        <Fact name="Latency">
          <Duration ms={result.latency_ms} />
        </Fact>
        <Fact name="Tokens">
          <TokenCount count={result.usage?.prompt_tokens} /> in,{" "}
          <TokenCount count={result.usage?.completion_tokens} /> out
        </Fact>
        <Fact name="Cost">
          {!good && isFree(result) ? (
            "nothing was charged"
          ) : result.cost ? (
            <Group gap={6}>
              <Money usd={result.cost.total} />
              <CostStatusBadge status={result.cost.status} />
            </Group>
          ) : (
            "not known yet"
          )}
        </Fact>
      </SimpleGrid>
      <div>
        <Group justify="space-between" mb={4}>
          <Text size="xs" c="dimmed" fw={500}>
            The same request with curl; insert your key
          </Text>
          <CopyButton value={result.curl} what="curl" />
        </Group>
        <Code block tabIndex={0} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {result.curl}
        </Code>
      </div>
    </Stack>
  );
}

type Result = ConnectionTest["result"];

/** What failed: the provider's response if there was one, else what prevented it. */
function failureOf({ http_status: status, error_code: code }: Result): string {
  if (status !== undefined)
    return [
      `The provider returned HTTP ${String(status)}`,
      code === String(status) ? undefined : code,
    ]
      .filter((part) => part !== undefined)
      .join(" · ");
  return code === undefined ? "No response" : (FAILURES[code] ?? `No response · ${code}`);
}

/** The gateway's error codes for a missing response from the provider. */
const FAILURES: Readonly<Record<string, string>> = {
  upstream_unreachable: "The endpoint could not be reached",
  upstream_timeout: "The endpoint did not respond in time",
  upstream_interrupted: "The response was cut off",
  upstream_bad_answer: "The endpoint did not return a model response",
  upstream_credential: "No token could be obtained with this credential",
  rate_limit_exceeded: "The deployment is at its limit",
};

/** Whether the cost is exactly zero, so that an error is not shown next to "$0.00 exact". */
const isFree = ({ cost }: Result): boolean => cost?.total != null && /^0(\.0*)?$/.test(cost.total);

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <Text size="xs" c="dimmed" fw={500}>
      {name}
    </Text>
    <Text component="div" size="sm">
      {children}
    </Text>
  </div>
);
