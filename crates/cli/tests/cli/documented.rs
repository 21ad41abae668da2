//! The commands of the documentation, compared with the help texts.

use crate::run::fareway;

#[test]
fn documented_commands_exist() {
    let help = |path: &[String]| fareway(&format!("{} --help", path.join(" "))).run().out;
    let wrong = documents::wrong_commands("fareway", &help).unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
