/** Conversations with one group or two: what was said so far, and what is being answered. */
import { useCallback, useEffect, useRef, useState } from "react";
import { messageOf } from "../../api/error";
import { ask, type Message, type Parameters } from "../../api/chat";

export interface Turn {
  question: string;
  answer: string;
  state: "answering" | "whole" | "stopped" | "failed";
  error: string | null;
  /** The request in the books, known when its answer begins. */
  id: string | null;
}
export interface Talk {
  group: string;
  turns: readonly Turn[];
}
export interface Setting {
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

export function useTalks(first: string) {
  const [talks, setTalks] = useState<readonly Talk[]>([{ group: first, turns: [] }]);
  const stopping = useRef<AbortController | null>(null);
  // Nobody reads on where the page is left, and every token is paid for.
  useEffect(
    () => () => {
      stopping.current?.abort();
    },
    [],
  );
  const answering = talks.some(({ turns }) => turns.at(-1)?.state === "answering");

  const changeTalk = useCallback((place: number, change: (talk: Talk) => Talk) => {
    setTalks((before) => before.map((talk, at) => (at === place ? change(talk) : talk)));
  }, []);
  const changeLast = useCallback(
    (place: number, change: (turn: Turn) => Partial<Turn>) => {
      changeTalk(place, (talk) => ({
        ...talk,
        turns: talk.turns.map((turn, at) =>
          at === talk.turns.length - 1 ? { ...turn, ...change(turn) } : turn,
        ),
      }));
    },
    [changeTalk],
  );

  const send = useCallback(
    (question: string, { system, keyId, parameters }: Setting) => {
      const control = new AbortController();
      stopping.current = control;
      talks.forEach(({ group, turns }, place) => {
        changeTalk(place, (talk) => ({ ...talk, turns: [...talk.turns, { question, ...FRESH }] }));
        const asking = { group, messages: messagesOf(system, turns, question), parameters };
        const told = {
          id: (id: string) => {
            changeLast(place, () => ({ id }));
          },
          text: (piece: string) => {
            changeLast(place, ({ answer }) => ({ answer: answer + piece }));
          },
        };
        ask(asking, keyId, control.signal, told).then(
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
    [talks, changeTalk, changeLast],
  );

  return {
    talks,
    answering,
    send,
    stop: () => {
      stopping.current?.abort();
    },
    choose: (place: number, group: string) => {
      changeTalk(place, (talk) => ({ ...talk, group }));
    },
    clear: () => {
      stopping.current?.abort();
      setTalks((before) => before.map(({ group }) => ({ group, turns: [] })));
    },
    compare: (group: string) => {
      setTalks((before) =>
        before.length > 1 ? before.slice(0, 1) : [...before, { group, turns: [] }],
      );
    },
  };
}
