/// What every process of ours needs that is neither protocol nor decision: the command line, logs,
/// the management port, calls into the C library.
@NullMarked
package dev.bootbus.runtime;

import org.jspecify.annotations.NullMarked;
