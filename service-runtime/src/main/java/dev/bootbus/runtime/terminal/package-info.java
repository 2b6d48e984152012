/// What a command that people run needs to know of their screen.
@NullMarked
package dev.bootbus.runtime.terminal;

import org.jspecify.annotations.NullMarked;
