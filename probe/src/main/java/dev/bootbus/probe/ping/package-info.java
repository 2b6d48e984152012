/// Asks whether a host is there, by the best way that this system allows.
@NullMarked
package dev.bootbus.probe.ping;

import org.jspecify.annotations.NullMarked;
