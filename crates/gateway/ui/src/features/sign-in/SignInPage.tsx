/** Sign-in page: takes the master key or a virtual key. */
import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { ApiError, messageOf } from "../../api/error";
import { useSessionQuery, useSignIn } from "../../api/session";
import { Logo } from "../../components/Logo";
import { returnPath } from "./returnPath";

export function SignInPage() {
  const { back } = useSearch({ from: "/sign-in" });
  const { history } = useRouter();
  const { data: session } = useSessionQuery();
  const signIn = useSignIn();
  useEffect(() => {
    if (session) history.replace(`/ui${returnPath(back)}`);
  }, [session, back, history]);

  return (
    <Center mih="100dvh" p="md" component="main" bg="var(--fw-panel)">
      <Stack w="100%" maw={380} gap="lg">
        <Logo />
        <Paper p="xl" shadow="xs">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const key = new FormData(event.currentTarget).get("password");
              if (typeof key === "string" && key.trim() !== "") signIn.mutate(key.trim());
            }}
          >
            <Stack gap="md">
              <div>
                <Title order={1}>Sign in</Title>
                <Text c="dimmed" size="sm" mt={4}>
                  Use the gateway's master key, or a virtual key to see its own requests and budget.
                </Text>
              </div>
              {/* Password managers store a key under a user name. */}
              <input
                type="text"
                name="username"
                autoComplete="username"
                defaultValue="fareway"
                readOnly
                hidden
              />
              <PasswordInput
                label="Key"
                name="password"
                placeholder="sk-…"
                autoComplete="current-password"
                required
                withAsterisk={false}
                data-autofocus
                autoFocus
              />
              <div aria-live="polite">
                {signIn.error && (
                  <Alert color="red" p="sm" icon={<IconAlertCircle size={18} />}>
                    {refusal(signIn.error)}
                  </Alert>
                )}
              </div>
              <Button type="submit" loading={signIn.isPending} fullWidth>
                Sign in
              </Button>
            </Stack>
          </form>
        </Paper>
      </Stack>
    </Center>
  );
}

function refusal(error: unknown): string {
  const wrong = error instanceof ApiError && error.status === 401;
  return wrong
    ? "This key is not valid here. Check that you copied all of it, and that it is not blocked or expired."
    : messageOf(error);
}
