/** Drawer that adds, edits or shows a deployment. */
import { Alert, Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertCircle, IconInfoCircle, IconPlugConnected } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Deployment } from "../../api/deployments";
import { messageOf } from "../../api/error";
import { modelQuery, useSaveModel, useTestConnection } from "../../api/models";
import { RestoredNotice } from "../../components/RestoredNotice";
import { PageSkeleton } from "../../components/Skeletons";
import { useDraft } from "../../lib/drafts";
import { ConnectionDialog } from "./ConnectionDialog";
import { draftOf, EMPTY, isOnAzure, isPicked, type Draft } from "./draft";
import { inFormWords, possibleRouter } from "./labels";
import { LastDay } from "./LastDay";
import { ModelForm } from "./ModelForm";
import { changeOf, termsOf } from "./terms";
import { limitError, rateError } from "./validation";

export function ModelDrawer({
  opened,
  deployment,
  onClose,
}: {
  opened: boolean;
  deployment: Deployment | undefined;
  onClose: () => void;
}) {
  const [testing, setTesting] = useState(false);
  const title = deployment === undefined ? "Add model" : deployment.group;
  const shared = { testing, setTesting, onClose };
  return (
    // Esc and a click outside close the test dialog first, which is above the drawer.
    <Drawer
      opened={opened}
      onClose={onClose}
      closeOnEscape={!testing}
      closeOnClickOutside={!testing}
      position="right"
      size={600}
      title={
        <Text fw={600} size="lg" truncate maw="min(500px, 75vw)" title={title}>
          {title}
        </Text>
      }
      closeButtonProps={{ "aria-label": "Close" }}
      padding="lg"
    >
      {deployment === undefined ? (
        <Editor key="new" written={EMPTY} deployment={undefined} {...shared} />
      ) : (
        <ExistingModel key={deployment.id} deployment={deployment} {...shared} />
      )}
    </Drawer>
  );
}

interface Shared {
  testing: boolean;
  setTesting: (testing: boolean) => void;
  onClose: () => void;
}

function ExistingModel({ deployment, ...shared }: { deployment: Deployment } & Shared) {
  const { data: written, error } = useQuery(modelQuery(deployment.id));
  if (error && !written) return <Problem>{messageOf(error)}</Problem>;
  if (!written)
    return written === null ? (
      <Problem>This deployment no longer exists.</Problem>
    ) : (
      <PageSkeleton />
    );
  return <Editor written={draftOf(written)} deployment={deployment} {...shared} />;
}

function Editor({
  written,
  deployment,
  testing,
  setTesting,
  onClose,
}: { written: Draft; deployment: Deployment | undefined } & Shared) {
  // The terms as they were when the form opened: they may be reloaded meanwhile.
  const [loaded] = useState(written);
  const [draft, setDraft, saved] = useDraft(`model ${deployment?.id ?? "new"}`, loaded);
  const save = useSaveModel();
  const test = useTestConnection();
  const fixed = deployment?.source === "config";
  const id = deployment?.id;
  const ready = isReady(draft, id !== undefined);
  const startTest = () => {
    setTesting(true);
    test.mutate(
      id === undefined
        ? termsOf(draft)
        : { ...(fixed ? {} : changeOf(draft, loaded)), model_id: id },
    );
  };
  const submit = () => {
    save.mutate(
      id === undefined ? { id, terms: termsOf(draft) } : { id, terms: changeOf(draft, loaded) },
      {
        onSuccess: ({ model_name, warnings }) => {
          notifications.show({
            color: warnings.length > 0 ? "yellow" : "teal",
            title: `${model_name} was ${id === undefined ? "added" : "updated"}`,
            message: warnings.length > 0 ? warnings.join(" ") : "It can receive requests now.",
          });
          saved.discard();
          onClose();
        },
      },
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !fixed) submit();
      }}
    >
      <Stack gap="md">
        {saved.restored && <RestoredNotice startOver={saved.discard} />}
        {deployment && <LastDay deployment={deployment} />}
        {deployment !== undefined && deployment.possible_router.length > 0 && (
          <Alert color="yellow" c="inherit" icon={<IconAlertCircle size={18} />}>
            {possibleRouter(deployment.possible_router)}
          </Alert>
        )}
        {deployment?.error != null && <Problem>{deployment.error}</Problem>}
        {fixed && (
          <Alert color="gray" icon={<IconInfoCircle size={18} />} c="inherit">
            This deployment is defined in the configuration file. Change it there.
          </Alert>
        )}
        <fieldset disabled={fixed} style={{ all: "unset", display: "contents" }}>
          <ModelForm
            draft={draft}
            isNew={id === undefined}
            change={(part) => {
              setDraft((before) => ({ ...before, ...part }));
            }}
          />
        </fieldset>
        <div aria-live="polite">
          {save.error && <Problem>{inFormWords(messageOf(save.error))}</Problem>}
        </div>
        <Group
          justify="space-between"
          pos="sticky"
          bottom={0}
          py="sm"
          bg="var(--mantine-color-body)"
          style={{ borderTop: "1px solid var(--mantine-color-default-border)", zIndex: 2 }}
        >
          <Button
            variant="default"
            leftSection={<IconPlugConnected size={16} aria-hidden />}
            disabled={!ready && !fixed}
            onClick={startTest}
          >
            Test connection
          </Button>
          {!fixed && (
            <Button type="submit" disabled={!ready} loading={save.isPending}>
              {id === undefined ? "Add model" : "Save changes"}
            </Button>
          )}
        </Group>
      </Stack>
      <ConnectionDialog
        opened={testing}
        onClose={() => {
          setTesting(false);
          test.reset();
        }}
        test={test.data}
        error={test.error}
        again={startTest}
        router={
          draft.router === null && isPicked(test.data?.result.served, draft)
            ? () => {
                setDraft((before) => ({ ...before, router: true }));
              }
            : undefined
        }
      />
    </form>
  );
}

const Problem = ({ children }: { children: ReactNode }) => (
  <Alert
    color="red"
    c="inherit"
    icon={<IconAlertCircle size={18} />}
    style={{ overflowWrap: "anywhere" }}
  >
    {children}
  </Alert>
);

/** Whether all required fields are filled in; a stored secret need not be entered again. */
function isReady(draft: Draft, stored: boolean): boolean {
  const hasBase = draft.apiBase.trim() !== "";
  const proof = {
    // A self-hosted server may need no key.
    key: stored || draft.apiKey.trim() !== "" || (!isOnAzure(draft.provider) && hasBase),
    entra:
      stored ||
      [draft.tenantId, draft.clientId, draft.clientSecret].every((text) => text.trim() !== ""),
    identity: true,
  };
  return (
    draft.deployment !== "" &&
    draft.group.trim() !== "" &&
    (hasBase || draft.provider === "openai") &&
    proof[draft.credential] &&
    Object.values(draft.rates).every((rate) => rateError(rate) === null) &&
    [draft.rpm, draft.tpm].every((limit) => limitError(limit) === null)
  );
}
