/// Takes the walk of a machine from DISCOVER to a kernel, and names the first link that is broken.
///
/// [dev.bootbus.probe.boot.As] is the machine, [dev.bootbus.probe.boot.Program] each program on its
/// way that asks for an address, [dev.bootbus.probe.boot.Merge] what it makes of the answers, and
/// [dev.bootbus.probe.boot.Walk] what became of it.
@NullMarked
package dev.bootbus.probe.boot;

import org.jspecify.annotations.NullMarked;
