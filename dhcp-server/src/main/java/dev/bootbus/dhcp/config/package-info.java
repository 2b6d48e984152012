/// Where settings come from: command line, environment and file, which this package puts together
/// without knowing what they mean; and what is taken over from foreign configurations.
///
/// The options of the command line are the only list of settings there is. A new one gets its
/// variable, its key in the file, its line in `--print-config` and its place in complaints from
/// here, without a change.
@NullMarked
package dev.bootbus.dhcp.config;

import org.jspecify.annotations.NullMarked;
