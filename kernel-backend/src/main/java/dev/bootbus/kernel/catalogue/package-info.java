/// What an operator declares, read from YAML with file and line in each complaint: kernels, which
/// of them is the default, and machines.
@NullMarked
package dev.bootbus.kernel.catalogue;

import org.jspecify.annotations.NullMarked;
