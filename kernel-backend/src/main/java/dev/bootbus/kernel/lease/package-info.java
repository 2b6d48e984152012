/// Who has which address: decided by a pure function ([dev.bootbus.kernel.lease.Allocation]), and
/// told when it is stored.
@NullMarked
package dev.bootbus.kernel.lease;

import org.jspecify.annotations.NullMarked;
