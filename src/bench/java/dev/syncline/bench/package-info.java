/**
 * The benchmark runner: Syncline against the floor, the least work that moves the same rows. {@code docs/PERFORMANCE.md} says
 * how to run it and what it found.
 */
@NullMarked
package dev.syncline.bench;

import org.jspecify.annotations.NullMarked;
