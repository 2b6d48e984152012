/// What has happened: a log line, a count, and where it is worth one, an event.
@NullMarked
package dev.bootbus.kernel.journal;

import org.jspecify.annotations.NullMarked;
