/// The same actions over REST and over the bus, on what the backend keeps.
@NullMarked
package dev.bootbus.kernel.api;

import org.jspecify.annotations.NullMarked;
