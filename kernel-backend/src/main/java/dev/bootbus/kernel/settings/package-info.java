/// Values of flags that change without a restart, in every replica: what is stored goes before
/// what the command line says.
@NullMarked
package dev.bootbus.kernel.settings;

import org.jspecify.annotations.NullMarked;
