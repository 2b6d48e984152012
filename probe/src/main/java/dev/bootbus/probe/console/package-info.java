/// A console with the verbs of FreeBSD's PXE loader with HTTP, on this host's own network stack.
@NullMarked
package dev.bootbus.probe.console;

import org.jspecify.annotations.NullMarked;
