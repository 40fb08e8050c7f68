//! `serve`: the built site on this machine alone, rebuilt on change if asked.

use crate::{build, step, step::dist};
use anyhow::{Context, Result};
use notify::{RecursiveMode, Watcher};
use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    time::Duration,
};
use tiny_http::{Header, Method, Request, Response, Server};

const DEFAULT_PORT: u16 = 8017;

/// Builds, serves until interrupted, and rebuilds on change if `watch`. With `messages`, the page says
/// what made it panic.
///
/// # Errors
/// If the site does not build, or the port asked for is taken.
pub fn serve(port: Option<u16>, watch: bool, messages: bool) -> Result<()> {
    build::build(None, messages)?;
    let server = Server::from_listener(listener(port)?, None)
        .map_err(|error| anyhow::anyhow!("the server cannot start: {error}"))?;
    let server = Arc::new(server);
    let address = server.server_addr();
    println!("\n   http://{address}/\n\n   (Ctrl-C ends it)");
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let server = Arc::clone(&server);
            std::thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    answer(request, &dist());
                }
            })
        })
        .collect();
    if watch {
        rebuild_on_change(messages)?;
    }
    for worker in workers {
        // A worker ends only with the process.
        let _ = worker.join();
    }
    Ok(())
}

/// Loopback only: nothing but this machine can see the site.
fn listener(port: Option<u16>) -> Result<TcpListener> {
    let bind = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    match port {
        Some(port) => bind(port).with_context(|| format!("port {port} is taken")),
        None => bind(DEFAULT_PORT)
            .or_else(|_| bind(0))
            .context("no port is free"),
    }
}

fn answer(request: Request, root: &Path) {
    let readable = matches!(request.method(), Method::Get | Method::Head);
    let found = if readable {
        resolve(root, request.url())
    } else {
        Found::Nothing
    };
    let (status, path) = match found {
        Found::File(path) => (200, path),
        Found::Folder(address) => {
            let to = header("Location", &address);
            // The browser may have gone; there is nobody to tell.
            let _ = request.respond(Response::empty(301).with_header(to));
            return;
        }
        Found::Nothing => (404, root.join("404.html")),
    };
    let body = fs::read(&path).unwrap_or_default();
    let response = Response::from_data(body)
        .with_status_code(status)
        .with_chunked_threshold(usize::MAX)
        .with_header(header("Content-Type", mime(&path)))
        .with_header(header("Cache-Control", "no-cache"));
    let _ = request.respond(response);
}

fn header(name: &str, value: &str) -> Header {
    // Only line breaks would be refused, and no path or type here has one.
    Header::from_bytes(name, value).unwrap_or_else(|()| {
        Header::from_bytes("X-Refused", "").unwrap_or_else(|()| unreachable!("plain ASCII"))
    })
}

#[derive(Debug, PartialEq)]
enum Found {
    File(PathBuf),
    /// A folder asked for without its slash: relative links would go wrong.
    Folder(String),
    Nothing,
}

/// The file an address means; nothing outside `root` is ever one.
fn resolve(root: &Path, url: &str) -> Found {
    let address = url.split(['?', '#']).next().unwrap_or_default();
    let Some(decoded) = decode(address) else {
        return Found::Nothing;
    };
    let mut path = root.to_owned();
    for part in decoded.split('/').filter(|part| !part.is_empty()) {
        if part == "." || part == ".." || part.contains(['\\', '\0', ':']) {
            return Found::Nothing;
        }
        path.push(part);
    }
    if path.is_dir() && !address.ends_with('/') {
        return Found::Folder(format!("/{}/", address.trim_matches('/')));
    }
    if path.is_dir() {
        path.push("index.html");
    }
    if path.is_file() {
        Found::File(path)
    } else {
        Found::Nothing
    }
}

/// Undoes `%41`.
fn decode(address: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = address.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Browsers compile a streamed module only if it is called `application/wasm`.
fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn rebuild_on_change(messages: bool) -> Result<()> {
    let (tell, told) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(tell).context("changes cannot be watched")?;
    for folder in ["content", "crates", "static", "web"] {
        watcher.watch(&step::root().join(folder), RecursiveMode::Recursive)?;
    }
    println!("   watching content, crates, static and web");
    while let Ok(event) = told.recv() {
        if !event.is_ok_and(|e| e.kind.is_modify() || e.kind.is_create() || e.kind.is_remove()) {
            continue;
        }
        // An editor writes a file in several steps.
        while told.recv_timeout(Duration::from_millis(200)).is_ok() {}
        match build::build(None, messages) {
            Ok(_) => println!("\n   rebuilt: reload the page\n"),
            Err(error) => eprintln!("\nerror: {error:#}\n   the last good build is still served\n"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_below_the_root_are_found() -> Result<()> {
        let here = std::env::temp_dir().join(format!("serve-{}", std::process::id()));
        let root = here.join("dist");
        crate::files::write(&root.join("index.html"), b"index")?;
        crate::files::write(&root.join("papers/a b/index.html"), b"page")?;
        crate::files::write(&here.join("secret"), b"secret")?;
        let file = |path: &str| Found::File(root.join(path));
        assert_eq!(resolve(&root, "/"), file("index.html"));
        assert_eq!(resolve(&root, "/?a=../b"), file("index.html"));
        assert_eq!(
            resolve(&root, "/papers/a%20b/"),
            file("papers/a b/index.html")
        );
        assert_eq!(
            resolve(&root, "/papers/a%20b"),
            Found::Folder("/papers/a%20b/".to_owned())
        );
        for outside in [
            "/../secret",
            "/%2e%2e/secret",
            "/papers/..%2f..%2fsecret",
            "/..%5csecret",
        ] {
            assert_eq!(resolve(&root, outside), Found::Nothing, "{outside}");
        }
        assert_eq!(resolve(&root, "/nowhere"), Found::Nothing);
        assert_eq!(resolve(&root, "/%zz"), Found::Nothing);
        // An address without a host may not become one: //papers would leave the site.
        assert_eq!(
            resolve(&root, "//papers"),
            Found::Folder("/papers/".to_owned())
        );
        fs::remove_dir_all(here)?;
        Ok(())
    }

    #[test]
    fn wasm_is_called_wasm() {
        assert_eq!(mime(Path::new("a.wasm")), "application/wasm");
        assert_eq!(mime(Path::new("a.js")), "text/javascript; charset=utf-8");
    }
}
