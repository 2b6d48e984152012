/// The machines: what has been learnt of them, and how they are served.
@NullMarked
package dev.bootbus.kernel.node;

import org.jspecify.annotations.NullMarked;
