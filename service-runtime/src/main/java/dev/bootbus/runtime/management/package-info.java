/// The port on which a process is watched: metrics, whether it lives, whether it is ready, and how
/// much it logs.
@NullMarked
package dev.bootbus.runtime.management;

import org.jspecify.annotations.NullMarked;
