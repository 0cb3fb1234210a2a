/**
 * The simulator: devices with real SQLite files, the reference server in memory and a network that fails, all on one thread and on
 * virtual time. Everything that could differ between two runs is drawn from one {@link dev.syncline.simulator.Tape}, so a seed is a
 * history that repeats itself. {@code docs/TESTING.md} tells how it is used.
 */
@NullMarked
package dev.syncline.simulator;

import org.jspecify.annotations.NullMarked;
