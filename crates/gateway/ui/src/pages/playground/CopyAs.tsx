/** The request as code to copy, in three languages. */
import { Button, Code, Group, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCode } from "@tabler/icons-react";
import { useState } from "react";
import { CopyButton } from "../../parts/CopyButton";
import { LANGUAGES, snippet, type Language } from "./snippets";
import type { Asking } from "./stream";

export function CopyAs({ asking }: { asking: Asking }) {
  const [opened, { open, close }] = useDisclosure(false);
  const [language, setLanguage] = useState<Language>("curl");
  const code = opened ? snippet(language, location.origin, asking) : "";
  return (
    <>
      <Button variant="default" leftSection={<IconCode size={16} aria-hidden />} onClick={open} disabled={asking.group === ""}>Code</Button>
      <Modal opened={opened} onClose={close} size={680} title={<Text fw={600} size="lg">This request as code</Text>} closeButtonProps={{ "aria-label": "Close" }}>
        <Stack gap="sm">
          <Group justify="space-between">
            <SegmentedControl aria-label="Language" data={[...LANGUAGES]} value={language} onChange={(chosen) => { setLanguage(chosen as Language); }} />
            <CopyButton value={code} what={language} />
          </Group>
          <Code block tabIndex={0} mah={420} style={{ overflow: "auto" }}>{code}</Code>
          <Text size="xs" c="dimmed">Put a virtual key into FAREWAY_API_KEY.</Text>
        </Stack>
      </Modal>
    </>
  );
}
