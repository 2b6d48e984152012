/// A network of several hosts within this machine, for tests with real links, broadcasts and other
/// people's programs: hosts are network namespaces, and nothing of it outlives its process for
// long.
@NullMarked
package dev.bootbus.schema.testing.lab;

import org.jspecify.annotations.NullMarked;
