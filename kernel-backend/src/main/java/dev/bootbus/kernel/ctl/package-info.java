/// `bootctl`: nodes, kernels, leases and settings from a shell, over the REST API. It shares
/// nothing with the server but what an address looks like.
@NullMarked
package dev.bootbus.kernel.ctl;

import org.jspecify.annotations.NullMarked;
