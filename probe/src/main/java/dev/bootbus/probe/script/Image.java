package dev.bootbus.probe.script;

import java.net.URI;

/// A file that a loader has fetched and means to use.
///
/// @param name what the loader calls it: iPXE's image name, else the name in the script
public record Image(URI uri, String name) {}
