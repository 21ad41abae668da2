/** Outcome of a request: a dot and a word, with the reason on hover. */
import { ColorSwatch, Group, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import type { Schemas } from "../../api/client";

const LOOKS: Readonly<Record<Schemas["OutcomeKind"], { color: string; word: string }>> = {
  completed: { color: "teal.6", word: "Completed" },
  refused: { color: "orange.6", word: "Refused" },
  failed: { color: "red.6", word: "Failed" },
  client_gone: { color: "gray.6", word: "Disconnected" },
  interrupted: { color: "grape.6", word: "Interrupted" },
  open: { color: "blue.5", word: "In progress" },
};

interface Props {
  outcome: Schemas["OutcomeKind"];
  status?: number | null;
  why?: string | null;
  bare?: boolean;
}

export function OutcomeMark({ outcome, status, why, bare = false }: Props) {
  const { color, word } = LOOKS[outcome];
  const said = status ? `${word} ${String(status)}` : word;
  const mark = (
    <Group gap={7} wrap="nowrap" w="fit-content">
      <ColorSwatch
        color={`var(--mantine-color-${color.replace(".", "-")})`}
        size={8}
        withShadow={false}
        style={{ flexShrink: 0 }}
        aria-hidden
      />
      {bare ? (
        <VisuallyHidden>{said}</VisuallyHidden>
      ) : (
        <Text span inherit>
          {said}
        </Text>
      )}
    </Group>
  );
  return why ? (
    <Tooltip label={why} multiline maw={360} styles={{ tooltip: { overflowWrap: "anywhere" } }}>
      {mark}
    </Tooltip>
  ) : (
    mark
  );
}
