/// Looks at the bus from outside: who answers, and what was told there.
@NullMarked
package dev.bootbus.probe.bus;

import org.jspecify.annotations.NullMarked;
