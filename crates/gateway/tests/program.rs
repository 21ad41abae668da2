//! The program as an operator starts it: what it prints, where it listens, and when it refuses to
//! start.

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead as _, BufReader, Read as _, Write as _},
        net::{TcpListener, TcpStream},
        path::Path,
        process::{Child, ChildStderr, Command, Stdio},
    };

    use azure_emulator::Emulator;
    use harness::config::{ROUTER, entry};
    use insta::assert_snapshot;
    use tempfile::TempDir;

    const STRONG: &str = "sk-2b7e151628aed2a6abf7158809cf4f3c";

    /// A gateway that listens, and is killed at the end of its test.
    struct Running {
        child: Child,
        stderr: BufReader<ChildStderr>,
        /// What it said until it listened.
        said: Vec<String>,
        address: String,
    }

    impl Drop for Running {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    fn config(sections: &str) -> String {
        config_for("http://127.0.0.1:9/openai/v1", sections)
    }

    fn config_for(base: &str, sections: &str) -> String {
        format!("model_list:\n{}{sections}\n", entry("router", ROUTER, base))
    }

    fn master_key(key: &str) -> String {
        config(&format!("general_settings: {{master_key: {key}}}"))
    }

    fn command(folder: &TempDir, config: &str, arguments: &[&str]) -> Command {
        let file = folder.path().join("config.yaml");
        std::fs::write(&file, config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_fareway-gateway"));
        command.arg("--config").arg(file).args(arguments);
        command.env_remove("RUST_LOG").env("AZURE_KEY", "azure-key");
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    /// A line of the log without its time, and without this test's folder.
    fn plain(line: &str, folder: &Path) -> String {
        let line = line.split_once("Z ").map_or(line, |(_, line)| line);
        line.trim().replace(&format!("{}/", folder.display()), "")
    }

    /// Starts it where it must not start, and returns what it says.
    fn refused(config: &str, arguments: &[&str]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let output = command(&folder, config, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        said.lines().map(|line| plain(line, folder.path()) + "\n").collect()
    }

    fn start(config: &str) -> Running {
        let folder = tempfile::tempdir().unwrap();
        let mut child = command(&folder, config, &["--port", "0"]).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = Vec::new();
        let address = loop {
            let mut line = String::new();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended: {said:?}");
            let line = plain(&line, folder.path());
            if let Some((_, address)) = line.split_once("listening on http://") {
                break address.to_owned();
            }
            // The program reads the real clock: prices come due for review while these tests stay the same.
            if !line.contains("due for review") {
                said.push(line);
            }
        };
        Running { child, stderr, said, address }
    }

    #[test]
    fn a_wrong_configuration_is_reported_in_one_line() {
        assert_snapshot!(refused("model_list: [\n", &[]), @"ERROR config.yaml:2: this is not valid YAML: while parsing a node, did not find expected node content");
        assert_snapshot!(refused(&config("").replace("AZURE_KEY", "NOBODY"), &[]), @"ERROR config.yaml:6: `model_list[0].litellm_params.api_key`: the environment variable `NOBODY` is not set, or is empty; set it before you start the gateway");
        let portal = config_for("https://ai.azure.com/x", "");
        assert_snapshot!(refused(&portal, &[]), @"ERROR config.yaml:5: `model_list[0].litellm_params.api_base`: `ai.azure.com` is a web portal, not an endpoint; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`");
    }

    #[test]
    fn without_a_strong_key_it_listens_on_this_machine_only() {
        for host in ["0.0.0.0", "::"] {
            let arguments = ["--host", host, "--port", "0"];
            assert!(refused(&config(""), &arguments).contains("may only listen on 127.0.0.1"));
        }
        let arguments = ["--host", "0.0.0.0", "--port", "0"];
        assert_snapshot!(refused(&config(""), &arguments), @"ERROR there is no `general_settings.master_key`, so this gateway may only listen on 127.0.0.1, and not on 0.0.0.0:0; set a long random master key to listen elsewhere");
        assert_snapshot!(refused(&master_key("sk-1234"), &arguments), @"ERROR `general_settings.master_key` is a key that everybody knows from examples, so this gateway may only listen on 127.0.0.1, and not on 0.0.0.0:0; set a long random master key to listen elsewhere");
    }

    #[test]
    fn a_weak_key_is_warned_of() {
        assert_snapshot!(start(&config("")).said.join("\n"), @"WARN there is no `general_settings.master_key`; only programs on this machine can reach the gateway");
        assert_snapshot!(start(&master_key("sk-1234")).said.join("\n"), @"WARN `general_settings.master_key` is a key that everybody knows from examples; only programs on this machine can reach the gateway");
        assert_eq!(start(&master_key(STRONG)).said, [""; 0]);
    }

    #[test]
    fn keys_without_effect_are_warned_of_with_their_place() {
        let text = master_key(STRONG) + "litellm_settings: {drop_params: true, cache: true}\n";
        assert_snapshot!(start(&text).said.join("\n"), @r#"
        WARN config.yaml:8: `litellm_settings.drop_params` is unknown and has no effect
        WARN config.yaml:8: `litellm_settings.cache` is unknown and has no effect
        "#);
    }

    #[test]
    fn a_port_that_is_taken_is_named() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port().to_string();
        let said = refused(&master_key(STRONG), &["--port", &port]);
        assert_snapshot!(said.replace(&port, "PORT"), @"ERROR cannot listen on 127.0.0.1:PORT: Address already in use (os error 98)");
    }

    /// From the start to the first answer, and nothing on the way has a secret in it.
    #[tokio::test]
    async fn it_answers_and_says_nothing_secret() {
        let azure = Emulator::builder().key("azure-key").start().await.unwrap();
        let sections = format!("general_settings: {{master_key: {STRONG}}}");
        let mut gateway = start(&config_for(&azure.openai_v1(), &sections));
        let address = gateway.address.clone();
        let answers = tokio::task::spawn_blocking(move || {
            [("router", STRONG), ("nobody", STRONG), ("router", "sk-wrong")].map(|(group, key)| {
                let body = format!(
                    r#"{{"model":"{group}","messages":[{{"role":"user","content":"Hi"}}]}}"#
                );
                ask(&address, key, &body)
            })
        });
        let [right, unknown, wrong] = answers.await.unwrap();
        assert!(right.starts_with("HTTP/1.1 200"), "{right}");
        assert!(unknown.starts_with("HTTP/1.1 404"), "{unknown}");
        assert!(wrong.starts_with("HTTP/1.1 401"), "{wrong}");
        gateway.child.kill().unwrap();
        let mut said = gateway.said.join("\n");
        gateway.stderr.read_to_string(&mut said).unwrap();
        // Requests are no news; a guessed key is, without the key.
        let (_, news) = said.split_once("  WARN ").unwrap_or_default();
        assert_eq!(news.lines().count(), 1, "{said}");
        assert!(news.starts_with("a key is not valid client_ip=\"127.0.0.1\""), "{said}");
        assert!(!said.contains("sk-wrong"), "{said}");
    }

    #[test]
    fn documented_commands_exist() {
        let help = |_: &[String]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_fareway-gateway"));
            String::from_utf8(command.arg("--help").output().unwrap().stdout).unwrap()
        };
        let wrong = documents::wrong_commands("fareway-gateway", &help).unwrap();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn ask(address: &str, key: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(
            stream,
            "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
             authorization: Bearer {key}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}
