/// How a machine comes from its first packet to its own system: what it does now, what it is given
/// to boot next, and when it has taken too long.
@NullMarked
package dev.bootbus.kernel.life;

import org.jspecify.annotations.NullMarked;
