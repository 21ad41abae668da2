/** Dialog that creates or edits a key or team, and shows a new key once. */
import { Alert, Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type FormEvent } from "react";
import { messageOf } from "../../api/error";
import { createKey, updateKey, type Key } from "../../api/keys";
import { createTeam, nameOf, updateTeam, useKeyOrTeamChange, type Team } from "../../api/teams";
import { CopyButton } from "../../components/CopyButton";
import { RestoredNotice } from "../../components/RestoredNotice";
import { useDraft } from "../../lib/drafts";
import { budgetError, changesOf, draftOf, EMPTY, type Of } from "./draft";
import { EditFields } from "./EditFields";

interface Props {
  of: Of;
  opened: boolean;
  row?: Key | Team | undefined;
  onClose: () => void;
}

export function EditDialog({ of, opened, row, onClose }: Props) {
  // A new key is shown only once: neither a stray click nor Esc must close it.
  const [showsKey, setShowsKey] = useState(false);
  const close = () => {
    setShowsKey(false);
    onClose();
  };
  const title = row === undefined ? `New ${of}` : `Edit ${nameOf(row)}`;
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={
        <Text span fw={500} style={{ overflowWrap: "anywhere" }}>
          {title}
        </Text>
      }
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={!showsKey}
      closeButtonProps={{ "aria-label": "Close" }}
      transitionProps={{ duration: 120 }}
    >
      {opened && (
        <Form
          of={of}
          row={row}
          onShown={() => {
            setShowsKey(true);
          }}
          onClose={close}
        />
      )}
    </Modal>
  );
}

function Form({ of, row, onShown, onClose }: Omit<Props, "opened"> & { onShown: () => void }) {
  const [before] = useState(() => (row === undefined ? EMPTY : draftOf(row)));
  const [draft, set, saved] = useDraft(`${of} ${row === undefined ? "new" : idOf(row)}`, before);
  const { mutate, isPending, error, data } = useKeyOrTeamChange(
    (changes: Record<string, unknown>) => send(of, row, changes),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const changes = changesOf(of, draft, before);
    if (budgetError(draft.budget) !== null) return;
    if (row !== undefined && Object.keys(changes).length === 0) onClose();
    else
      mutate(changes, {
        onSuccess: (secret) => {
          saved.discard();
          if (secret === null) onClose();
          else onShown();
          if (row !== undefined)
            notifications.show({ color: "teal", message: `${nameOf(row)} was updated.` });
        },
      });
  };
  if (typeof data === "string") return <NewKey secret={data} onClose={onClose} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {saved.restored && <RestoredNotice startOver={saved.discard} />}
        <EditFields
          of={of}
          row={row}
          draft={draft}
          change={(part) => {
            set((now) => ({ ...now, ...part }));
          }}
        />
        {error && (
          <Alert
            color="red"
            variant="light"
            role="alert"
            title={row === undefined ? `The ${of} was not created` : "The changes were not saved"}
          >
            <Text size="sm" c="var(--mantine-color-text)">
              {messageOf(error)}
            </Text>
          </Alert>
        )}
        <Group justify="flex-end">
          <Button
            variant="default"
            onClick={() => {
              saved.discard();
              onClose();
            }}
          >
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {row === undefined ? `Create ${of}` : "Save changes"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const idOf = (row: Key | Team): string => ("token" in row ? row.token : row.team_id);

/** Returns the new key if one was created, else null. */
async function send(
  of: Of,
  row: Key | Team | undefined,
  changes: Record<string, unknown>,
): Promise<string | null> {
  if (row === undefined && of === "key") return (await createKey(changes)).key;
  if (row === undefined) await createTeam(changes);
  else if ("token" in row) await updateKey(row, changes);
  else await updateTeam(row, changes);
  return null;
}

function NewKey({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Stack gap="sm">
      <Text size="sm">
        Copy the new key now. It is shown only once, because only its hash is stored.
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Code p="sm" style={{ flex: 1, overflowWrap: "anywhere" }} aria-label="The new key">
          {secret}
        </Code>
        <CopyButton value={secret} what="key" />
      </Group>
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
