/// The backend that ships: it knows the machines, leases them addresses, and writes their boot
/// scripts. [dev.bootbus.kernel.KernelBackend] answers what the front ends ask over the bus.
@NullMarked
package dev.bootbus.kernel;

import org.jspecify.annotations.NullMarked;
