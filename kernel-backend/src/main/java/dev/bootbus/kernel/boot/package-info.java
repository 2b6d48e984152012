/// What boot loaders and installers read: each gets the kernel of its machine in its own language,
/// and each machine the files that are nobody else's.
@NullMarked
package dev.bootbus.kernel.boot;

import org.jspecify.annotations.NullMarked;
