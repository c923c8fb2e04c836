//! Where CPython's tests are: a directory `test`, and another to put on `$PYTHONPATH` in which nothing else is.
//!
//! They are looked for in `$ASHORE_CONFORMANCE_SUITE`, then where the project's tools put the reference Python, and are
//! else fetched as Debian's packages into `~/.cache/ashore/conformance`.

use std::env;
use std::fs;
use std::io::{Error, Result};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ashore_tests::paths;
use ashore_tests::scratch::Scratch;

/// Debian's packages with Lib/test: most of it, and `test.support`.
const PACKAGES: [&str; 2] = ["libpython3.14-testsuite", "libpython3.14-stdlib"];
/// Where they unpack the tests to.
const IN_PACKAGES: &str = "usr/lib/python3.14/test";

pub(crate) struct Suite {
    /// Holds a link to the tests called `test`.
    scratch: Scratch,
}

impl Suite {
    pub(crate) fn obtain() -> Result<Suite> {
        let tests = find()?;
        let scratch = Scratch::new();
        symlink(tests.canonicalize()?, scratch.file("test"))?;
        Ok(Suite { scratch })
    }

    /// What to put on `$PYTHONPATH`, for programs that tests start.
    pub(crate) fn path(&self) -> &Path {
        self.scratch.path()
    }

    /// The directory of tests.
    fn tests(&self) -> PathBuf {
        self.scratch.file("test")
    }

    /// Makes a package `test` in a directory, in which `file` is, and the rest of the tests once the program runs. So
    /// what is compiled beforehand is that one file.
    pub(crate) fn place(&self, scratch: &Scratch, file: &str) -> Result<()> {
        let package = scratch.file("test");
        fs::create_dir(&package)?;
        let tests = self.tests();
        scratch.write(
            "test/__init__.py",
            &format!("__path__.append({:?})\n", tests.display().to_string()),
        );
        let module = format!("{file}.py");
        let name = match tests.join(&module).exists() {
            true => module.as_str(),
            false => file,
        };
        symlink(tests.join(name), package.join(name))?;
        // Data is looked for beside the file.
        for entry in fs::read_dir(&tests)? {
            let path = entry?.path();
            let is_code = path.extension().is_some_and(|ending| ending == "py")
                || path.join("__init__.py").exists();
            let link = package.join(path.file_name().unwrap_or_default());
            if !is_code && !link.exists() {
                symlink(path, link)?;
            }
        }
        Ok(())
    }

    /// A number that tells one version of a file of tests from others (FNV-1a of what is in it).
    pub(crate) fn fingerprint(&self, file: &str) -> String {
        let tests = self.tests();
        let bytes = fs::read(tests.join(format!("{file}.py")));
        let bytes = bytes.or_else(|_| fs::read(tests.join(file).join("__init__.py")));
        let bytes = bytes.unwrap_or_default();
        let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

/// The directory of tests.
fn find() -> Result<PathBuf> {
    if let Some(path) = env::var_os("ASHORE_CONFORMANCE_SUITE") {
        let path = PathBuf::from(path);
        return match path.join("support").is_dir() {
            true => Ok(path),
            false => Err(Error::other(format!("none in {}", path.display()))),
        };
    }
    let cache = paths::cache().ok_or_else(|| Error::other("no home directory"))?;
    let fetched = cache.join("conformance").join(IN_PACKAGES);
    for path in [cache.join("reference/tests"), fetched.clone()] {
        if path.join("support").is_dir() {
            return Ok(path);
        }
    }
    fetch(&cache.join("conformance"))?;
    Ok(fetched)
}

/// Fetches and unpacks the packages, from the mirror this machine uses, without touching what apt knows.
fn fetch(into: &Path) -> Result<()> {
    let scratch = Scratch::new();
    let sources = "/etc/apt/sources.list.d/debian.sources";
    let mirror = fs::read_to_string(sources)?;
    let mirror = mirror.lines().find_map(|line| line.strip_prefix("URIs:"));
    let mirror = mirror.ok_or_else(|| Error::other(format!("no mirror in {sources}")))?;
    let list = scratch.write("sources.list", &format!("deb {} sid main\n", mirror.trim()));
    fs::create_dir_all(scratch.file("lists/partial"))?;
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.arg("-qq");
        for (option, value) in [
            ("Dir::Etc::sourcelist", list.as_path()),
            ("Dir::Etc::sourceparts", Path::new("-")),
            ("Dir::State::lists", &scratch.file("lists")),
        ] {
            apt.arg("-o").arg(format!("{option}={}", value.display()));
        }
        apt.current_dir(scratch.path());
        apt
    };
    succeed(apt().arg("update"))?;
    succeed(apt().arg("download").args(PACKAGES))?;
    fs::create_dir_all(into)?;
    for name in scratch.names() {
        if name.ends_with(".deb") {
            succeed(
                Command::new("dpkg-deb")
                    .arg("-x")
                    .arg(scratch.file(&name))
                    .arg(into),
            )?;
        }
    }
    Ok(())
}

fn succeed(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_owned();
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().next().unwrap_or("no message");
    Err(Error::other(format!("{}: {line}", name.display())))
}
