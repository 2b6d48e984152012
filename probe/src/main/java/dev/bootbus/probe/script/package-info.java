/// What boot loaders make of their scripts and menus. Each loader is a pure function of a text, of
/// the machine and of what its fetches brought; who fetches is [Files].
///
/// Written from the loaders' documentation and from what they were seen to do, never from what our
/// servers generate.
@NullMarked
package dev.bootbus.probe.script;

import org.jspecify.annotations.NullMarked;
