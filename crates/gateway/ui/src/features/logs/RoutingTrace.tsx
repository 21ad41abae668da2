/**
 * Receipt section: how the router decided, as a table if the trace has the documented shape, and
 * always raw.
 */
import { Table } from "@mantine/core";
import { StatusBadge } from "./ReceiptAttempts";
import { Json, Section } from "./receiptSections";

/**
 * How the router decided: a table if the trace has the documented shape, and always the raw trace.
 */
export function RoutingTrace({ trace }: { trace: unknown }) {
  if (trace === null || trace === undefined) return null;
  const tried = triedIn(trace);
  return (
    <Section title="Routing trace">
      {tried.length > 0 && (
        <Table fz="sm" verticalSpacing={5} horizontalSpacing={6} mb={6}>
          <Table.Tbody>
            {tried.map(({ model, status }, place) => (
              <Table.Tr key={place}>
                <Table.Td>{model}</Table.Td>
                <Table.Td ta="end">
                  <StatusBadge status={status} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Json label="Raw routing trace" value={trace} />
    </Section>
  );
}

function triedIn(trace: unknown): { model: string; status: number | null }[] {
  const rounds = list(field(field(trace, "model_router_details"), "routing_trace"));
  return rounds
    .flatMap((round) => list(field(round, "attempts")))
    .flatMap((attempt) => {
      const model = field(attempt, "model");
      const status = field(field(attempt, "result"), "status");
      return typeof model === "string"
        ? [{ model, status: typeof status === "number" ? status : null }]
        : [];
    });
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
