/// Looks at a place where machines are to boot, and changes nothing: what is observed are records,
/// and what is wrong with it is decided by pure functions over them.
@NullMarked
package dev.bootbus.probe.doctor;

import org.jspecify.annotations.NullMarked;
