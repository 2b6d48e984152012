/// The HTTP server for boot files: regular files below one directory, and files that a backend
/// writes for the machine that asks.
///
/// [dev.bootbus.http.BootHandler] is the way of one request. What it decides by are pure functions:
/// [dev.bootbus.content.BootPath] (which file is meant), [dev.bootbus.http.Answer] (how much of it
/// is wanted, if any) and [dev.bootbus.http.ByteRange]. The sources of content-sources know where
/// the bytes come from, and [dev.bootbus.http.FileTransfer] sends them. Jetty knows the
/// sockets and the syntax of HTTP.
@NullMarked
package dev.bootbus.http;

import org.jspecify.annotations.NullMarked;
