/** Playground page: chat with one model group, or compare two side by side. */
import { Button, Group, Paper, Textarea } from "@mantine/core";
import { IconColumns2, IconEraser, IconPlayerStopFilled, IconSend2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { modelGroupsQuery } from "../../api/models";
import { ErrorState } from "../../components/ErrorState";
import { PageHeader } from "../../components/PageHeader";
import { pageField } from "../../components/searchShortcut";
import { TableSkeleton } from "../../components/Skeletons";
import { useFilters } from "../../lib/filters";
import { CodeDialog } from "./CodeDialog";
import { Conversation } from "./Conversation";
import { messagesOf, useConversations, type ChatSettings } from "./conversations";
import classes from "./PlaygroundPage.module.css";
import { numberError, RequestSettings } from "./RequestSettings";

export function PlaygroundPage() {
  const { data, error, refetch } = useQuery(modelGroupsQuery);
  if (data) return <Ready groups={data} />;
  return (
    <>
      <Header />
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : <TableSkeleton />}
    </>
  );
}

const Header = ({ children }: { children?: ReactNode }) => (
  <PageHeader
    title="Playground"
    about="Try a model group: see which model responded and its cost. Requests are billed."
  >
    {children}
  </PageHeader>
);

function Ready({ groups }: { groups: readonly string[] }) {
  const [filters, change] = useFilters();
  const wanted = filters["group"];
  const { chats, answering, send, stop, choose, clear, compare } = useConversations(
    wanted !== undefined && groups.includes(wanted) ? wanted : (groups[0] ?? ""),
  );
  const [setting, setSetting] = useState<ChatSettings>({
    system: "",
    keyId: null,
    parameters: { temperature: "", maxTokens: "", effort: "", stream: true },
  });
  const [question, setQuestion] = useState("");
  const sound =
    numberError(setting.parameters.temperature) === null &&
    numberError(setting.parameters.maxTokens) === null;
  const ready =
    question.trim() !== "" && !answering && sound && chats.every(({ group }) => group !== "");
  const ask = () => {
    if (ready) {
      send(question.trim(), setting);
      setQuestion("");
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      ask();
    }
    if (event.key === "Escape" && answering) stop();
  };
  const first = chats[0] ?? { group: "", turns: [] };
  const nothing = chats.every(({ turns }) => turns.length === 0);
  return (
    <div className={classes.page}>
      <Header>
        <Button
          variant="default"
          leftSection={<IconEraser size={16} aria-hidden />}
          onClick={clear}
          disabled={nothing}
        >
          Clear
        </Button>
        <Button
          variant="default"
          leftSection={<IconColumns2 size={16} aria-hidden />}
          aria-pressed={chats.length > 1}
          disabled={answering}
          onClick={() => {
            compare(groups.find((group) => group !== first.group) ?? first.group);
          }}
        >
          {chats.length > 1 ? "One group" : "Compare"}
        </Button>
        <CodeDialog
          keyId={setting.keyId}
          prompts={chats.map(({ group, turns }) => ({
            group,
            messages: messagesOf(
              setting.system,
              turns,
              question.trim() === "" ? "Hello!" : question.trim(),
            ),
            parameters: setting.parameters,
          }))}
        />
      </Header>
      <div className={classes.body}>
        <div className={classes.main}>
          <div className={classes.chats} data-two={chats.length > 1 || undefined}>
            {chats.map((chat, place) => (
              <Conversation
                key={place}
                chat={chat}
                groups={groups}
                busy={answering}
                label={chats.length > 1 ? `Model group ${String(place + 1)}` : "Model group"}
                onGroup={(group) => {
                  choose(place, group);
                  if (place === 0) change({ group });
                }}
              />
            ))}
          </div>
          <Group align="flex-end" gap="xs" wrap="nowrap">
            <Textarea
              {...pageField}
              style={{ flex: 1 }}
              aria-label="Message"
              placeholder="Type a message"
              autosize
              minRows={1}
              maxRows={8}
              size="md"
              value={question}
              onChange={(event) => {
                setQuestion(event.currentTarget.value);
              }}
              onKeyDown={keys}
            />
            {answering ? (
              <Button
                size="md"
                variant="default"
                leftSection={<IconPlayerStopFilled size={16} aria-hidden />}
                onClick={stop}
              >
                Stop
              </Button>
            ) : (
              <Button
                size="md"
                leftSection={<IconSend2 size={16} aria-hidden />}
                onClick={ask}
                disabled={!ready}
              >
                Send
              </Button>
            )}
          </Group>
        </div>
        <Paper p="md" className={classes.settings}>
          <RequestSettings
            setting={setting}
            change={(part) => {
              setSetting((before) => ({ ...before, ...part }));
            }}
          />
        </Paper>
      </div>
    </div>
  );
}
