/** What a test of a connection has shown, with the request to make by hand. */
import { Alert, Button, Code, Group, Loader, Modal, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconAlertCircle, IconCircleCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { messageOf } from "../../api/error";
import { CopyButton } from "../../parts/CopyButton";
import { CostStatus } from "../../parts/CostStatus";
import { Money } from "../../parts/Money";
import { Tokens } from "../../parts/Tokens";
import { Duration } from "../../parts/When";
import type { Test } from "./deployments";

export function TestDialog({ opened, onClose, test, error, again }: { opened: boolean; onClose: () => void; test: Test | undefined; error: unknown; again: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={<Text fw={600} size="lg">Test connection</Text>} size={560} closeButtonProps={{ "aria-label": "Close the test" }}>
      <Stack gap="md" mih={280} justify="space-between">
        <div aria-live="polite">
          {error ? <Alert color="red" c="inherit" icon={<IconAlertCircle size={18} />} title="Not tested" style={{ overflowWrap: "anywhere" }}>{messageOf(error)}</Alert>
            : test ? <Shown test={test} />
            : <Group gap="sm" py="xl" justify="center"><Loader size="sm" aria-label="Testing" /><Text c="dimmed">One small request is on its way to Azure…</Text></Group>}
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={again} disabled={!test && !error}>Test again</Button>
          <Button onClick={onClose} data-autofocus>Close</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Shown({ test: { status, result } }: { test: Test }) {
  const good = status === "success";
  const told = [result.http_status === undefined ? null : `HTTP ${String(result.http_status)}`, result.error_code === String(result.http_status) ? null : result.error_code ?? null].filter((part) => part !== null).join(" · ");
  return (
    <Stack gap="md">
      {good ? <Alert color="teal" c="inherit" icon={<IconCircleCheck size={18} />} title="The connection works">One request was sent, answered and booked.</Alert> : (
        <Alert color="red" c="inherit" icon={<IconAlertCircle size={18} />} title={told === "" ? "No answer" : `Azure answered: ${told}`} style={{ overflowWrap: "anywhere" }}>
          <Text size="sm">{result.error}</Text>
          {result.advice !== undefined && <Text size="sm" mt={6} fw={500}>What to do: {result.advice}.</Text>}
        </Alert>
      )}
      {result.warnings.map((warning) => <Text key={warning} size="sm" c="dimmed">{warning}</Text>)}
      <SimpleGrid cols={2} spacing="xs" verticalSpacing="sm">
        <Fact name="Served"><Text span inherit style={{ overflowWrap: "anywhere" }}>{result.served ?? "no model"}</Text></Fact>
        <Fact name="Latency"><Duration ms={result.latency_ms} /></Fact>
        <Fact name="Tokens"><Tokens count={result.usage?.prompt_tokens} /> in, <Tokens count={result.usage?.completion_tokens} /> out</Fact>
        <Fact name="Cost">{result.cost ? <Group gap={6}><Money usd={result.cost.total} /><CostStatus status={result.cost.status} /></Group> : "not known yet"}</Fact>
      </SimpleGrid>
      <div>
        <Group justify="space-between" mb={4}><Text size="xs" c="dimmed" fw={500}>The same by hand; put the key in yourself</Text><CopyButton value={result.curl} what="curl" /></Group>
        <Code block tabIndex={0} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{result.curl}</Code>
      </div>
    </Stack>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => <div><Text size="xs" c="dimmed" fw={500}>{name}</Text><Text component="div" size="sm">{children}</Text></div>;
