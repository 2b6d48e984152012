package dev.bootbus.probe;

/// One thing that is wrong, or worth knowing, with what was seen of it.
///
/// @param detail the particulars: addresses, names, sizes; printable, of foreign text too
public record Finding(Cause cause, String detail) {}
