/// Judges a stranger's backend by what it says on the wire, and plays a backend, good or bad, for
/// a stranger's front end.
///
/// [dev.bootbus.schema.conformance.Kit] holds the checks and runs them;
/// [dev.bootbus.schema.conformance.Simulator] is the backend. Neither uses
/// [dev.bootbus.schema.Bus] or its readers, so that a mistake there is not taken for the contract.
@NullMarked
package dev.bootbus.schema.conformance;

import org.jspecify.annotations.NullMarked;
