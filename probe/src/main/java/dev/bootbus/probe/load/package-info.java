/// A boot storm: thousands of machines that walk from DISCOVER to a kernel at once, each looked
/// after, and what that costs.
@NullMarked
package dev.bootbus.probe.load;

import org.jspecify.annotations.NullMarked;
