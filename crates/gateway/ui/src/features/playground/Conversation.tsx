/** Conversation with one model group, with a receipt for each response. */
import { Alert, Box, Group, Loader, Paper, Select, Stack, Text, Badge } from "@mantine/core";
import { IconAlertCircle, IconMessage2 } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { CopyButton } from "../../components/CopyButton";
import { EmptyState } from "../../components/EmptyState";
import { AnswerReceipt } from "./AnswerReceipt";
import type { Chat, Turn } from "./conversations";

interface Props {
  chat: Chat;
  groups: readonly string[];
  label: string;
  busy: boolean;
  onGroup: (group: string) => void;
}

export function Conversation({ chat: { group, turns }, groups, label, busy, onGroup }: Props) {
  const end = useRef<HTMLDivElement>(null);
  const last = turns.at(-1);
  useEffect(() => {
    // Follows the response unless the user has scrolled up.
    const box = end.current?.parentElement;
    if (box && box.scrollHeight - box.scrollTop - box.clientHeight < 160)
      box.scrollTop = box.scrollHeight;
  }, [last?.answer, last?.state, turns.length]);
  return (
    <Paper
      style={{
        display: "flex",
        flexDirection: "column",
        minWidth: 0,
        minHeight: 0,
        overflow: "hidden",
      }}
    >
      <Box p="xs" style={{ borderBottom: "1px solid var(--mantine-color-default-border)" }}>
        <Select
          aria-label={label}
          searchable
          data={[...groups]}
          value={group === "" ? null : group}
          placeholder="Choose a model group"
          allowDeselect={false}
          disabled={busy}
          onChange={(chosen) => {
            if (chosen) onGroup(chosen);
          }}
          nothingFoundMessage="No matching groups"
        />
      </Box>
      <Stack
        gap="lg"
        p="md"
        mih={220}
        style={{ flex: 1, overflowY: "auto" }}
        tabIndex={0}
        role="log"
        aria-label={`Conversation with ${group}`}
        aria-live="off"
      >
        {turns.length === 0 && (
          <EmptyState
            icon={IconMessage2}
            title="No messages yet"
            next={
              group === ""
                ? "Choose a model group, then send a message."
                : "Send a message below. Each response shows which model served it and what it cost."
            }
          />
        )}
        {turns.map((turn, place) => (
          <TurnView key={place} turn={turn} />
        ))}
        <div ref={end} />
      </Stack>
    </Paper>
  );
}

function TurnView({ turn: { question, answer, state, error, id } }: { turn: Turn }) {
  return (
    <Stack gap="xs">
      <Text
        size="sm"
        bg="var(--fw-hover)"
        p="xs"
        style={{
          borderRadius: "var(--mantine-radius-md)",
          whiteSpace: "pre-wrap",
          overflowWrap: "anywhere",
          alignSelf: "flex-end",
          maxWidth: "88%",
        }}
      >
        {question}
      </Text>
      {answer !== "" && (
        <Text size="sm" lh={1.6} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {answer}
        </Text>
      )}
      {state === "answering" && <Loader size="xs" type="dots" aria-label="Responding" />}
      {error !== null && (
        <Alert
          color="red"
          c="inherit"
          p="sm"
          icon={<IconAlertCircle size={18} />}
          style={{ overflowWrap: "anywhere" }}
        >
          {error}
        </Alert>
      )}
      {state !== "answering" && (
        <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
          <Group gap="xs">
            {state === "stopped" && (
              <Badge color="gray" className="fw-status">
                stopped
              </Badge>
            )}
            {id !== null && <AnswerReceipt id={id} />}
          </Group>
          {answer !== "" && <CopyButton value={answer} what="response" />}
        </Group>
      )}
    </Stack>
  );
}
