package dev.bootbus.probe.boot;

import dev.bootbus.schema.MacAddress;
import java.util.OptionalInt;
import java.util.UUID;

/// The machine that boots.
///
/// @param architecture option 93, where it is not what such machines mostly are
public record Hardware(MacAddress mac, UUID uuid, OptionalInt architecture) {}
