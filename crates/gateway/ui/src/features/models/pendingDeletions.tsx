/** Deletions of deployments that can be undone for a while, and that outlive the page. */
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useSyncExternalStore } from "react";
import type { Deployment } from "../../api/deployments";
import { deleteModel, setModelBlocked } from "../../api/models";
import { runLater } from "../../lib/delayedAction";
import { notifyOnError } from "./notifyOnError";

/** How long a deletion can be undone, in milliseconds. */
const GRACE = 8_000;

let pending: ReadonlySet<string> = new Set();
const watchers = new Set<() => void>();
const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
};

/** The deployments that are hidden because they are about to be deleted. */
export const usePendingDeletions = (): ReadonlySet<string> =>
  useSyncExternalStore(watch, () => pending);

function mark(id: string, gone: boolean): void {
  pending = new Set(gone ? [...pending, id] : [...pending].filter((one) => one !== id));
  for (const watcher of watchers) watcher();
}

/** Disables a deployment immediately, and deletes it unless that is undone. */
export function deleteWithUndo({ id, group, enabled }: Deployment): void {
  if (pending.has(id)) return;
  mark(id, true);
  const shown = `pending-${id}`;
  const end = async (title: string, act: () => Promise<void>) => {
    notifications.hide(shown);
    await notifyOnError(title, act);
    mark(id, false);
  };
  // The delay starts now, not once it is disabled: the tab may be closed before that.
  const deletion = runLater(GRACE, () =>
    end(`${group} was disabled but not deleted`, () => deleteModel(id)),
  );
  const disabled = setModelBlocked(id, true).catch((error: unknown) => {
    if (deletion.cancel())
      void end(`${group} was not deleted`, () => {
        throw error;
      });
  });
  const undo = () => {
    if (deletion.cancel())
      void disabled.then(() =>
        end(`${group} is still disabled`, () => setModelBlocked(id, !enabled)),
      );
  };
  notifications.show({
    id: shown,
    // It closes when the deletion runs, so that it never offers an undo that is over.
    autoClose: false,
    withCloseButton: false,
    // The delay pauses while the user is about to undo it.
    onPointerEnter: () => {
      deletion.hold("pointer");
    },
    onPointerLeave: () => {
      deletion.release("pointer");
    },
    onFocus: () => {
      deletion.hold("focus");
    },
    onBlur: () => {
      deletion.release("focus");
    },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" truncate>
          {group} is disabled and will be deleted shortly.
        </Text>
        <Button variant="subtle" size="compact-sm" onClick={undo}>
          Undo
        </Button>
      </Group>
    ),
  });
}
