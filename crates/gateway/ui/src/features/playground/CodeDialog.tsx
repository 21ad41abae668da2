/** Dialog with the request as code in three languages, for either conversation. */
import { Button, Code, Group, Modal, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCode } from "@tabler/icons-react";
import { useState } from "react";
import type { Prompt } from "../../api/chat";
import { CopyButton } from "../../components/CopyButton";
import { LANGUAGES, codeSnippet, type Language } from "./codeSnippets";

export function CodeDialog({
  prompts,
  keyId,
}: {
  prompts: readonly Prompt[];
  keyId: string | null;
}) {
  const [opened, { open, close }] = useDisclosure(false);
  const [language, setLanguage] = useState<Language>("curl");
  const [chosen, choose] = useState("0");
  const prompt = prompts[Number(chosen)] ?? prompts[0];
  const code = opened && prompt ? codeSnippet(language, location.origin, prompt, keyId) : "";
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconCode size={16} aria-hidden />}
        onClick={open}
        disabled={prompts.every(({ group }) => group === "")}
      >
        Code
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        size={680}
        title={
          <Text fw={600} size="lg">
            This request as code
          </Text>
        }
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Stack gap="sm">
          {prompts.length > 1 && (
            <Select
              aria-label="Model group"
              allowDeselect={false}
              data={prompts.map(({ group }, place) => ({ value: String(place), label: group }))}
              value={chosen}
              onChange={(place) => {
                choose(place ?? "0");
              }}
            />
          )}
          <Group justify="space-between">
            <SegmentedControl
              aria-label="Language"
              data={[...LANGUAGES]}
              value={language}
              onChange={(chosen) => {
                setLanguage(chosen as Language);
              }}
            />
            <CopyButton value={code} what={language} />
          </Group>
          <Code block tabIndex={0} mah={420} style={{ overflow: "auto" }}>
            {code}
          </Code>
          <Text size="xs" c="dimmed">
            {keyId === null
              ? "Set FAREWAY_API_KEY to a virtual key."
              : "Set FAREWAY_API_KEY to an admin key: only an admin can send requests on behalf of the chosen key."}
          </Text>
        </Stack>
      </Modal>
    </>
  );
}
