/**
 * The reference server: the protocol of {@code docs/BACKENDS.md} over real HTTP and a real SQLite file, with faults that can
 * be switched on. Tests, the demo and the benchmarks run against it; no host ever meets it.
 */
@NullMarked
package dev.syncline.testing.server;

import org.jspecify.annotations.NullMarked;
