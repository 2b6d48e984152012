/// Asks the running system what it would answer to a machine, and whose word each field is.
@NullMarked
package dev.bootbus.probe.explain;

import org.jspecify.annotations.NullMarked;
