/** Building blocks of a receipt: sections, facts, and preformatted text. */
import { Paper, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { CopyButton } from "../../components/CopyButton";

export function Section({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <section aria-label={title}>
      <div
        style={{
          display: "flex",
          justifyContent: "space-between",
          alignItems: "center",
          minHeight: 28,
          marginBottom: 4,
        }}
      >
        <Title order={3} fz="sm">
          {title}
        </Title>
        {action}
      </div>
      {children}
    </section>
  );
}

/** A list of names and values; null values are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined);
  return (
    <dl
      style={{
        display: "grid",
        gridTemplateColumns: "min(168px, 34%) minmax(0, 1fr)",
        columnGap: 12,
        rowGap: 6,
        margin: 0,
      }}
    >
      {known.map(([name, value]) => [
        <Text key={name} component="dt" size="sm" c="dimmed">
          {name}
        </Text>,
        <Text key={`${name}=`} component="dd" size="sm" m={0} style={{ overflowWrap: "anywhere" }}>
          {value}
        </Text>,
      ])}
    </dl>
  );
}

/** Plain text in a scrolling box; never interpreted as markup. */
export function Preformatted({
  label,
  text,
  height = 280,
}: {
  label: string;
  text: string;
  height?: number;
}) {
  return (
    <Paper pos="relative" mt={4} bg="var(--fw-panel)">
      <div
        tabIndex={0}
        role="region"
        aria-label={label}
        style={{ overflow: "auto", maxHeight: height, padding: "8px 36px 8px 10px" }}
      >
        <Text
          component="pre"
          m={0}
          fz="xs"
          ff="monospace"
          style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
        >
          {text}
        </Text>
      </div>
      <div style={{ position: "absolute", top: 6, right: 6 }}>
        <CopyButton value={text} what={label.toLowerCase()} />
      </div>
    </Paper>
  );
}

export function Json({ label, value }: { label: string; value: unknown }) {
  return <Preformatted label={label} text={JSON.stringify(value, null, 2)} />;
}
