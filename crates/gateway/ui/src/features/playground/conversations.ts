/** Conversations with one or two model groups, and the response in progress. */
import { useCallback, useEffect, useRef, useState } from "react";
import { sendPrompt, type Message, type Parameters } from "../../api/chat";
import { messageOf } from "../../api/error";

export interface Turn {
  question: string;
  answer: string;
  state: "answering" | "whole" | "stopped" | "failed";
  error: string | null;
  /** ID of the request in the ledger, known once the response begins. */
  id: string | null;
}
export interface Chat {
  group: string;
  turns: readonly Turn[];
}
export interface ChatSettings {
  system: string;
  keyId: string | null;
  parameters: Parameters;
}

const FRESH = { answer: "", state: "answering", error: null, id: null } as const;

export function messagesOf(system: string, turns: readonly Turn[], question: string): Message[] {
  const said = turns
    .filter(({ answer }) => answer !== "")
    .flatMap((turn): Message[] => [
      { role: "user", content: turn.question },
      { role: "assistant", content: turn.answer },
    ]);
  return [
    ...(system.trim() === "" ? [] : [{ role: "system" as const, content: system }]),
    ...said,
    { role: "user", content: question },
  ];
}

export function useConversations(first: string) {
  const [chats, setChats] = useState<readonly Chat[]>([{ group: first, turns: [] }]);
  const stopping = useRef<AbortController | null>(null);
  // Nobody reads the response after leaving the page, and every token costs money.
  useEffect(
    () => () => {
      stopping.current?.abort();
    },
    [],
  );
  const answering = chats.some(({ turns }) => turns.at(-1)?.state === "answering");

  const changeChat = useCallback((place: number, change: (chat: Chat) => Chat) => {
    setChats((before) => before.map((chat, at) => (at === place ? change(chat) : chat)));
  }, []);
  const changeLast = useCallback(
    (place: number, change: (turn: Turn) => Partial<Turn>) => {
      changeChat(place, (chat) => ({
        ...chat,
        turns: chat.turns.map((turn, at) =>
          at === chat.turns.length - 1 ? { ...turn, ...change(turn) } : turn,
        ),
      }));
    },
    [changeChat],
  );

  const send = useCallback(
    (question: string, { system, keyId, parameters }: ChatSettings) => {
      const control = new AbortController();
      stopping.current = control;
      chats.forEach(({ group, turns }, place) => {
        changeChat(place, (chat) => ({ ...chat, turns: [...chat.turns, { question, ...FRESH }] }));
        const prompt = { group, messages: messagesOf(system, turns, question), parameters };
        const listener = {
          id: (id: string) => {
            changeLast(place, () => ({ id }));
          },
          text: (piece: string) => {
            changeLast(place, ({ answer }) => ({ answer: answer + piece }));
          },
        };
        sendPrompt(prompt, keyId, control.signal, listener).then(
          () => {
            changeLast(place, () => ({ state: "whole" }));
          },
          (error: unknown) => {
            changeLast(place, () =>
              control.signal.aborted
                ? { state: "stopped" }
                : { state: "failed", error: messageOf(error) },
            );
          },
        );
      });
    },
    [chats, changeChat, changeLast],
  );

  return {
    chats,
    answering,
    send,
    stop: () => {
      stopping.current?.abort();
    },
    choose: (place: number, group: string) => {
      changeChat(place, (chat) => ({ ...chat, group }));
    },
    clear: () => {
      stopping.current?.abort();
      setChats((before) => before.map(({ group }) => ({ group, turns: [] })));
    },
    compare: (group: string) => {
      setChats((before) =>
        before.length > 1 ? before.slice(0, 1) : [...before, { group, turns: [] }],
      );
    },
  };
}
