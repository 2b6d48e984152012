/// The backend that ships: it knows the machines, leases them addresses, and writes their boot
/// scripts.
///
/// [dev.bootbus.kernel.KernelBackend] answers what the front ends ask over the bus. What an
/// operator declares stands in a [dev.bootbus.kernel.Catalogue]; what the backend learns and
/// gives away stands in two JetStream key-value buckets, of which each replica keeps a copy in
/// memory ([dev.bootbus.kernel.Bucket]) and changes records by compare-and-set only.
@NullMarked
package dev.bootbus.kernel;

import org.jspecify.annotations.NullMarked;
