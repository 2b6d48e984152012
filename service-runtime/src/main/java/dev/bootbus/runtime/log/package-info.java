/// One line for each outcome, as text or as JSON, and how much of it.
@NullMarked
package dev.bootbus.runtime.log;

import org.jspecify.annotations.NullMarked;
